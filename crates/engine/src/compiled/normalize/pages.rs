//! Facts about code points, worked out from the reference's own Unicode tables a page of 256 at a time.

use std::sync::OnceLock;

const PAGE: usize = 256;
const PAGES: usize = 0x11_0000 / PAGE;

type Page = Box<[u32; PAGE]>;

/// A table of one word per code point, filled page by page when first asked.
pub(crate) struct Pages {
    pages: [OnceLock<Page>; PAGES],
}

impl Pages {
    /// A table with no page filled.
    #[expect(
        clippy::large_stack_arrays,
        reason = "70 KB, made once a table and mostly in statics"
    )]
    pub(crate) const fn new() -> Self {
        Self {
            pages: [const { OnceLock::new() }; PAGES],
        }
    }

    /// The word of `c`; `fill` works out a page from its first code point and must always give the same.
    #[inline(always)]
    pub(crate) fn get(&self, c: char, fill: impl FnOnce(u32, &mut [u32; PAGE])) -> u32 {
        let point = c as usize;
        // A `char` is below 0x11_0000, so the page exists.
        let page = &self.pages[point / PAGE];
        let words = match page.get() {
            Some(words) => words,
            None => Self::fill(page, point, fill),
        };
        words[point % PAGE]
    }

    #[cold]
    fn fill(page: &OnceLock<Page>, point: usize, fill: impl FnOnce(u32, &mut [u32; PAGE])) -> &Page {
        page.get_or_init(|| {
            let mut words = Box::new([0; PAGE]);
            let start = point - point % PAGE;
            fill(u32::try_from(start).unwrap_or(0), &mut words);
            words
        })
    }
}

/// Fills a page with `word` of each code point that is a character.
pub(crate) fn fill_each(start: u32, words: &mut [u32; PAGE], word: impl Fn(char) -> u32) {
    for (point, slot) in (start..).zip(words) {
        if let Some(c) = char::from_u32(point) {
            *slot = word(c);
        }
    }
}
