//! The classes against Oniguruma.
#![expect(clippy::unwrap_used, reason = "tests")]

use onig::Regex;
use unicode_categories::UnicodeCategories;

use super::stages::assert_up_to_date;
use super::{CATEGORY_RUNS, CLASS_RUNS, IS_NONSPACING, IS_OTHER, IS_PUNCTUATION};
use super::{MARKS, NUMBERS, PUNCTUATIONS, SPACES, SYMBOLS, classes, decode};

#[test]
fn categories_are_those_of_the_crate() {
    let values = (0..0x11_0000).map(|code| {
        let flag = |is: fn(char) -> bool, bit| {
            if char::from_u32(code).is_some_and(is) {
                bit
            } else {
                0
            }
        };
        [flag(UnicodeCategories::is_other, IS_OTHER)
            | flag(UnicodeCategories::is_mark_nonspacing, IS_NONSPACING)
            | flag(UnicodeCategories::is_punctuation, IS_PUNCTUATION)]
    });
    assert_up_to_date(&CATEGORY_RUNS, "unicode/categories.bin", values);
}

/// What `onig` says about `\p{…}` and `\s`, in the file.
#[test]
fn the_file_of_classes_is_that_of_oniguruma() {
    let regex = |pattern: &str| Regex::new(&format!(r"\A{pattern}\z")).unwrap();
    let categories =
        ["Lu", "Ll", "Lt", "Lm", "Lo", "M", "N", "P", "S"].map(|name| regex(&format!(r"\p{{{name}}}")));
    let space = regex(r"\s");
    let values = (0..0x11_0000).map(|code| {
        let Some(character) = char::from_u32(code) else {
            return [0];
        };
        let text = character.to_string();
        let category = categories.iter().position(|category| category.is_match(&text));
        let category = category.map_or(0, |place| u8::try_from(place).unwrap() + 1);
        [category + if space.is_match(&text) { 16 } else { 0 }]
    });
    assert_up_to_date(&CLASS_RUNS, "unicode/classes.bin", values);
}

#[test]
fn classes_are_those_of_oniguruma() {
    let patterns = [
        (r"\p{Lu}", 1 << super::UPPER),
        (r"\p{Ll}", 1 << super::LOWER),
        (r"\p{Lt}", 1 << super::TITLE),
        (r"\p{Lm}", 1 << super::MODIFIER),
        (r"\p{Lo}", 1 << super::OTHER_LETTER),
        (r"\p{L}", super::LETTERS),
        (r"\p{M}", MARKS),
        (r"\p{N}", NUMBERS),
        (r"\p{P}", PUNCTUATIONS),
        (r"\p{S}", SYMBOLS),
        (r"\s", SPACES),
        (r"[\r\n]", super::NEWLINES),
    ];
    let classes = classes();
    for (pattern, set) in patterns {
        let regex = Regex::new(&format!(r"\A{pattern}\z")).unwrap();
        for character in '\0'..=char::MAX {
            let text = character.to_string();
            let ours = classes.of(u32::from(character)) & set != 0;
            assert_eq!(ours, regex.is_match(&text), "{pattern} {character:?}");
            let (at, width) = classes.at(text.as_bytes(), 0);
            assert_eq!(
                (at & set != 0, width),
                (ours, text.len()),
                "{pattern} {character:?}"
            );
        }
    }
}

#[test]
fn characters_decode_as_rust_does() {
    for character in '\0'..=char::MAX {
        let text = character.to_string();
        assert_eq!(decode(text.as_bytes(), 0), (u32::from(character), text.len()));
    }
}
