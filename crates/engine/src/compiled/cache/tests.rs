use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::super::packed::{Seeds, pack};
use super::{Asked, BUDGET, Budget, Cache, Stop};

/// How many entries find both of their lines full is a matter of seeds, which else are each process's own.
const SEEDS: Seeds = Seeds {
    low: 0x9E37_79B9_7F4A_7C15,
    high: 0xD1B5_4A32_D192_ED03,
};

/// A text and ids that belong to it alone.
fn entry(number: usize) -> (Vec<u8>, Vec<u32>) {
    let length = 32 + number * 7 % 481;
    let text = format!("{number} ").repeat(256).into_bytes()[..length].to_vec();
    let ids = (0u32..).zip(0..=number % 90);
    (
        text,
        ids.map(|(at, _)| at * 20_000 + u32::try_from(number).unwrap_or(0))
            .collect(),
    )
}

#[test]
fn texts_have_their_ids_or_none() {
    let left = Arc::new(AtomicUsize::new(BUDGET));
    let mut cache = Cache::new(Budget(left.clone()));
    let mut kept = 0;
    for number in 0..20_000 {
        let (text, ids) = entry(number);
        let mut out = vec![7];
        assert!(!cache.get_text(&text, &mut out));
        assert_eq!(out, [7]);
        cache.put_text(&text, &ids);
        assert!(cache.get_text(&text, &mut out));
        assert_eq!(out[1..], ids);
        // Others write to the same ring.
        cache.put_short(number as u128 + 1, &ids);
        // One that may have been written over.
        let (text, ids) = entry(number / 2);
        out.clear();
        if cache.get_text(&text, &mut out) {
            assert_eq!(out, ids);
            kept += 1;
        } else {
            assert!(out.is_empty());
        }
    }
    assert!((1_000..20_000).contains(&kept), "{kept}");
    assert!(cache.taken() <= BUDGET);
    drop(cache);
    assert_eq!(left.load(Ordering::Relaxed), BUDGET);
}

/// A short key and ids that belong to it alone: mostly a few, now and then many.
fn short(number: u32) -> (u128, Vec<u32>) {
    let count = if number.is_multiple_of(7) {
        number % 90
    } else {
        number % 4
    } + 1;
    let text = format!("word {number}");
    let key = pack(text.as_bytes(), 0, text.len());
    (key, (0..count).map(|at| at * 160_000 + number).collect())
}

/// The ids of keys, written all at once as far as they go.
fn written(cache: &Cache, numbers: &[u32], room: usize) -> (Vec<u32>, usize, Stop) {
    let lines = cache.lines();
    let asked: Vec<Asked> = numbers
        .iter()
        .map(|&number| short(number).0)
        .map(|key| Asked {
            key,
            hash: lines.hash(key),
        })
        .collect();
    let mut out = vec![9; room];
    // Behind what was there already.
    let mut at = 1;
    let (count, stop) = lines.write(&asked, &mut out, &mut at);
    assert_eq!(out[0], 9);
    (out[1..at].to_vec(), count, stop)
}

#[test]
fn short_pieces_have_their_ids_or_none() {
    let mut cache = Cache::new(Budget(Arc::new(AtomicUsize::new(BUDGET))));
    cache.seeds = SEEDS;
    for most in [1_000, 20_000, 150_000] {
        for number in 0..most {
            let (key, ids) = short(number);
            cache.put_short(key, &ids);
        }
        let mut lost = 0;
        for number in 0..most {
            let (key, ids) = short(number);
            let mut out = vec![7];
            let is_here = cache.get_short(key, &mut out);
            lost += usize::from(!is_here);
            assert_eq!(out[1..], ids[..if is_here { ids.len() } else { 0 }]);
            let (out, count, stop) = written(&cache, &[number], 200);
            assert_eq!(out, ids[..if is_here { ids.len() } else { 0 }]);
            assert_eq!((count == 1, stop == Stop::End), (is_here, is_here));
        }
        // Two lines that lie beside each other hold four. The ring goes around at last.
        let may_be_lost = if most < 100_000 { most / 25 } else { most / 5 };
        assert!(lost <= may_be_lost as usize, "{lost} of {most}");
    }
    assert!(cache.taken() <= BUDGET);
    let (key, ids) = short(150_001);
    assert!(!cache.get_short(key, &mut Vec::new()));
    for _ in 0..2 {
        cache.put_short(key, &ids);
        let mut out = Vec::new();
        assert!(cache.get_short(key, &mut out));
        assert_eq!(out, ids);
    }
}

#[test]
fn ids_are_written_up_to_what_is_missing_or_has_no_room() {
    let mut cache = Cache::new(Budget(Arc::new(AtomicUsize::new(BUDGET))));
    cache.seeds = SEEDS;
    assert!(written(&cache, &[3], 100) == (Vec::new(), 0, Stop::Missing));
    for number in (0..40).filter(|&number| number != 25) {
        let (key, ids) = short(number);
        cache.put_short(key, &ids);
    }
    let of = |numbers: &[u32]| {
        numbers
            .iter()
            .flat_map(|&number| short(number).1)
            .collect::<Vec<_>>()
    };
    assert!(written(&cache, &[], 1) == (Vec::new(), 0, Stop::End));
    assert!(written(&cache, &[1, 28, 2, 35], 100) == (of(&[1, 28, 2, 35]), 4, Stop::End));
    assert!(written(&cache, &[1, 28, 25, 2], 100) == (of(&[1, 28]), 2, Stop::Missing));
    for numbers in [&[1, 2, 3, 4, 5, 6][..], &[35, 1, 28, 2]] {
        let all = of(numbers);
        for room in 1..=all.len() {
            let (out, count, stop) = written(&cache, numbers, room);
            assert_eq!(out, of(&numbers[..count]));
            assert!(stop == Stop::NoRoom && count < numbers.len() && out.len() < room);
        }
        // Ids that fit are written, even where the four places of a line do not fit.
        assert!(written(&cache, numbers, all.len() + 1) == (all, numbers.len(), Stop::End));
    }
}

#[test]
fn nothing_is_kept_without_a_budget() {
    let mut cache = Cache::new(Budget(Arc::default()));
    let (text, ids) = entry(1);
    cache.put_text(&text, &ids);
    cache.put_short(1, &ids);
    cache.put_long([1, 1], &ids);
    let mut out = Vec::new();
    assert!(!cache.get_text(&text, &mut out));
    assert!(!cache.get_short(1, &mut out) && !cache.get_long([1, 1], &mut out));
    assert_eq!((out.len(), cache.taken()), (0, 0));
}
