//! The classes against Oniguruma.
#![expect(clippy::unwrap_used, reason = "tests")]

use onig::Regex;

use super::{MARKS, NUMBERS, PUNCTUATIONS, SPACES, SYMBOLS, classes, decode};

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
