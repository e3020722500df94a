//! Work on many parts by the calling thread and those of the pool. The caller begins at once, and waits for no thread to
//! be woken but for those that have taken a part.

use std::sync::{Mutex, PoisonError};

/// How many times a thread asks for more, about: so few that many threads do not wait for each other, and so many that
/// none works alone at the end.
const TURNS: usize = 8;

/// Calls `work` with each part, in any order.
pub(crate) fn each<T: Send>(parts: Vec<T>, work: impl Fn(T) + Sync) {
    let helpers = rayon::current_num_threads().min(parts.len()).saturating_sub(1);
    if helpers == 0 {
        return parts.into_iter().for_each(work);
    }
    let count = (parts.len() / ((helpers + 1) * TURNS)).max(1);
    let parts = Mutex::new(parts.into_iter());
    let some = || -> Vec<T> {
        let mut parts = parts.lock().unwrap_or_else(PoisonError::into_inner);
        parts.by_ref().take(count).collect()
    };
    let work_on = || {
        loop {
            let some = some();
            if some.is_empty() {
                break;
            }
            some.into_iter().for_each(&work);
        }
    };
    rayon::in_place_scope(|scope| {
        for _ in 0..helpers {
            scope.spawn(|_| work_on());
        }
        work_on();
    });
}

/// What `work` makes of each part, in the order of the parts.
pub(crate) fn map<T: Send, R: Send>(
    parts: impl ExactSizeIterator<Item = T>,
    work: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let mut results: Vec<Option<R>> = Vec::new();
    results.resize_with(parts.len(), || None);
    each(parts.zip(&mut results).collect(), |(part, result)| {
        *result = Some(work(part));
    });
    // `each` comes back when all are there.
    results.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::{each, map};

    #[test]
    fn each_part_is_worked_on_once() {
        for count in [0, 1, 2, 1000] {
            let sum = AtomicUsize::new(0);
            each((0..count).collect(), |part| {
                sum.fetch_add(part + 1, Ordering::Relaxed);
            });
            assert_eq!(sum.into_inner(), count * (count + 1) / 2);
            assert_eq!(
                map(0..count, |part| part * 2),
                (0..count).map(|part| part * 2).collect::<Vec<_>>()
            );
        }
    }

    #[test]
    fn a_panic_reaches_the_caller() {
        let outcome = std::panic::catch_unwind(|| map(0..100, |part| assert_ne!(part, 57)));
        assert!(outcome.is_err());
        assert_eq!(map(0..3, |part| part), [0, 1, 2]);
    }
}
