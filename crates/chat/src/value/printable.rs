//! What Unicode says about single characters, asked as Python's string methods ask it.

use unicode_general_category::{GeneralCategory as Category, get_general_category as category};

/// `str.isprintable`: not a control, a format character, a private or free code point, nor a space but " ".
pub(crate) fn is_printable(character: char) -> bool {
    if character.is_ascii() {
        return matches!(character, ' '..='~');
    }
    !matches!(
        category(character),
        Category::Control
            | Category::Format
            | Category::Surrogate
            | Category::PrivateUse
            | Category::Unassigned
            | Category::LineSeparator
            | Category::ParagraphSeparator
            | Category::SpaceSeparator
    )
}

/// `str.isalpha`: letters only, not marks.
pub(crate) fn is_letter(character: char) -> bool {
    matches!(
        category(character),
        Category::UppercaseLetter
            | Category::LowercaseLetter
            | Category::TitlecaseLetter
            | Category::ModifierLetter
            | Category::OtherLetter
    )
}

/// `str.isdecimal`.
pub(crate) fn is_decimal(character: char) -> bool {
    category(character) == Category::DecimalNumber
}

/// `str.isdigit`: decimal digits, and the digits in circles, above and below the line.
pub(crate) fn is_digit(character: char) -> bool {
    is_decimal(character)
        || matches!(character,
            '\u{b2}' | '\u{b3}' | '\u{b9}' | '\u{1369}'..='\u{1371}' | '\u{19da}' | '\u{2070}'
            | '\u{2074}'..='\u{2079}' | '\u{2080}'..='\u{2089}' | '\u{2460}'..='\u{2468}'
            | '\u{2474}'..='\u{247c}' | '\u{2488}'..='\u{2490}' | '\u{24ea}' | '\u{24f5}'..='\u{24fd}'
            | '\u{24ff}' | '\u{2776}'..='\u{277e}' | '\u{2780}'..='\u{2788}' | '\u{278a}'..='\u{2792}'
            | '\u{10a40}'..='\u{10a43}' | '\u{10e60}'..='\u{10e68}' | '\u{11052}'..='\u{1105a}'
            | '\u{1f100}'..='\u{1f10a}')
}

/// `str.isnumeric`, without the Chinese characters that are also numbers.
pub(crate) fn is_numeric(character: char) -> bool {
    matches!(
        category(character),
        Category::DecimalNumber | Category::LetterNumber | Category::OtherNumber
    )
}

/// Whether a character has a case at all, which `islower`, `title` and `swapcase` ask.
pub(crate) fn is_cased(character: char) -> bool {
    character.is_lowercase() || character.is_uppercase() || category(character) == Category::TitlecaseLetter
}

/// Whether a character is a title-case letter such as `ǅ`.
pub(crate) fn is_title_letter(character: char) -> bool {
    category(character) == Category::TitlecaseLetter
}

/// A character as it begins a word in title case, which differs from upper case for ligatures and digraphs.
pub(crate) fn push_title(out: &mut String, character: char) {
    let single = match character {
        '\u{1c4}'..='\u{1c6}' => Some('\u{1c5}'),
        '\u{1c7}'..='\u{1c9}' => Some('\u{1c8}'),
        '\u{1ca}'..='\u{1cc}' => Some('\u{1cb}'),
        '\u{1f1}'..='\u{1f3}' => Some('\u{1f2}'),
        '\u{10d0}'..='\u{10ff}' | '\u{1fbc}' | '\u{1fcc}' | '\u{1ffc}' => Some(character),
        '\u{1f80}'..='\u{1faf}' => char::from_u32(u32::from(character) | 8),
        '\u{1fb3}' => Some('\u{1fbc}'),
        '\u{1fc3}' => Some('\u{1fcc}'),
        '\u{1ff3}' => Some('\u{1ffc}'),
        _ => None,
    };
    if let Some(single) = single {
        out.push(single);
        return;
    }
    let ligature = matches!(character, '\u{df}' | '\u{587}' | '\u{fb00}'..='\u{fb17}');
    for (index, upper) in character.to_uppercase().enumerate() {
        match upper {
            // The iota below stays a mark.
            '\u{399}' if ('\u{1fb2}'..='\u{1ff7}').contains(&character) => out.push('\u{345}'),
            upper if ligature && index > 0 => out.extend(upper.to_lowercase()),
            upper => out.push(upper),
        }
    }
}
