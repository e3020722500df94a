//! Regular expressions of tokenizer.json (Oniguruma, as in the Python package), under a limit of work.
//!
//! The crate's own wrapper panics when Oniguruma gives up, and lets one search run for hours.

use std::cell::Cell;
use std::time::{Duration, Instant};

use onig::{MatchParam, Regex, Region, SearchOptions};
use tokenizers::Offsets;
use tokenizers::tokenizer::pattern::Pattern;

use crate::error::{EngineError, ErrorKind};

/// What one search may go back and try again, beside [`RETRIES_PER_BYTE`]; a fraction of a second. Oniguruma allows
/// as much for one place of the text.
const RETRIES: u64 = 10_000_000;
/// Real patterns need one or two for each byte that they pass over.
const RETRIES_PER_BYTE: u64 = 16;
/// What the searches of one call may take in all, beside [`TIME_PER_STEP`].
const TIME: Duration = Duration::from_secs(1);
/// What each search and each byte that it passes over may add: ten times what real patterns need.
const TIME_PER_STEP: Duration = Duration::from_micros(5);

/// What the searches of a call took, and what they were allowed.
#[derive(Clone, Copy)]
struct Account {
    spent: Duration,
    allowed: Duration,
}

thread_local! {
    static ACCOUNT: Cell<Account> = const { Cell::new(Account { spent: Duration::ZERO, allowed: TIME }) };
}

/// Starts the account of a call.
pub(super) fn start_account() {
    ACCOUNT.set(Account {
        spent: Duration::ZERO,
        allowed: TIME,
    });
}

/// A regular expression that ends in an error where it would run for too long.
#[derive(Debug)]
pub(super) struct LimitedRegex {
    regex: Regex,
}

impl LimitedRegex {
    pub(super) fn new(pattern: &str) -> Result<Self, EngineError> {
        match Regex::new(pattern) {
            Ok(regex) => Ok(Self { regex }),
            Err(error) => Err(EngineError::file(format!(
                "tokenizer.json has a regular expression that cannot be used: {error} in {}",
                shorten(pattern)
            ))),
        }
    }

    /// The next match at or after `from`; its groups are in `region`.
    fn search(&self, text: &str, from: usize, region: &mut Region) -> Result<Option<Offsets>, EngineError> {
        let mut account = ACCOUNT.get();
        if account.spent > account.allowed {
            return Err(too_long());
        }
        let start = Instant::now();
        let mut limits = MatchParam::default();
        let retries = RETRIES + RETRIES_PER_BYTE * text.len() as u64;
        limits.set_retry_limit_in_match(u32::try_from(retries).unwrap_or(u32::MAX));
        // SAFETY: the pointer is that of `limits`, which lives until the end of this function.
        unsafe {
            onig_sys::onig_set_retry_limit_in_search_of_match_param(limits.as_raw(), retries);
        }
        region.clear();
        let options = SearchOptions::SEARCH_OPTION_NONE;
        let outcome = self
            .regex
            .search_with_param(text, from, text.len(), options, Some(region), limits);
        let end = region.pos(0).map_or(text.len(), |(_, end)| end);
        let steps = u32::try_from(end.saturating_sub(from))
            .unwrap_or(u32::MAX)
            .saturating_add(1);
        account.allowed += TIME_PER_STEP.saturating_mul(steps);
        account.spent += start.elapsed();
        ACCOUNT.set(account);
        match outcome {
            Ok(found) => Ok(found.and_then(|_| region.pos(0))),
            Err(error) if is_limit(error.code()) => Err(too_long()),
            Err(error) => Err(EngineError::new(
                ErrorKind::Encode,
                format!("a regular expression of tokenizer.json failed: {error}"),
            )),
        }
    }

    /// Calls `found` for every match, from left to right. An empty match right after another does not count.
    pub(super) fn each_match(
        &self,
        text: &str,
        mut found: impl FnMut(Offsets, &Region),
    ) -> Result<(), EngineError> {
        let mut region = Region::new();
        let (mut from, mut last_end) = (0, None);
        while from <= text.len() {
            let Some((start, end)) = self.search(text, from, &mut region)? else {
                break;
            };
            if start == end && last_end == Some(end) {
                from += text[from..].chars().next().map_or(1, char::len_utf8);
                continue;
            }
            found((start, end), &region);
            from = end;
            last_end = Some(end);
        }
        Ok(())
    }
}

impl Pattern for &LimitedRegex {
    fn find_matches(&self, inside: &str) -> tokenizers::Result<Vec<(Offsets, bool)>> {
        if inside.is_empty() {
            return Ok(vec![((0, 0), false)]);
        }
        let mut previous = 0;
        let mut pieces = Vec::new();
        self.each_match(inside, |(start, end), _| {
            if previous != start {
                pieces.push(((previous, start), false));
            }
            pieces.push(((start, end), true));
            previous = end;
        })?;
        if previous != inside.len() {
            pieces.push(((previous, inside.len()), false));
        }
        Ok(pieces)
    }
}

fn is_limit(code: i32) -> bool {
    [
        onig_sys::ONIGERR_RETRY_LIMIT_IN_MATCH_OVER,
        onig_sys::ONIGERR_RETRY_LIMIT_IN_SEARCH_OVER,
        onig_sys::ONIGERR_MATCH_STACK_LIMIT_OVER,
    ]
    .contains(&code)
}

fn too_long() -> EngineError {
    EngineError::new(
        ErrorKind::Limit,
        "a regular expression of tokenizer.json takes too long on this text; it goes back too often (ReDoS)",
    )
}

fn shorten(pattern: &str) -> String {
    let start: String = pattern.chars().take(80).collect();
    if start.len() < pattern.len() {
        format!("{start:?}…")
    } else {
        format!("{start:?}")
    }
}
