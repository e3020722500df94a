#![expect(clippy::unwrap_used, reason = "tests")]

use onig::Regex;

use super::{Automaton, Kind, Machine, parse};

/// Patterns of real models, and others that say something about the syntax.
const PATTERNS: [&str; 75] = [
    // Whole patterns: GPT-2, GPT-4, GPT-4o, CLIP, DeepSeek.
    r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+",
    "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+",
    // Marks count as letters.
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    // Han apart.
    r"[\p{Han}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    // BLOOM.
    r" ?[^(\s|[.,!?…。，、।۔،])]+",
    // SigLIP.
    r#"[!"\#\$%\&'\(\)\*\+,\-\.:;=\?@\[\\\]\^_`\{\|\}\~]"#,
    r"\s+",
    r"\s",
    r"\S+",
    r"\w+|[^\w\s]+",
    r"\d{3}",
    r"\d{2,}",
    r"[0-9]{1,3}",
    r"[A-Za-zµÀ-ÖØ-öø-ƺ]+",
    r"[[:alpha:]]+|[[:punct:]]",
    r"\h+",
    r".",
    r"[^\n]",
    r"\x{61}|\u4e2d",
    r"a|ab|abc",
    r"abc|ab|a",
    r"a+?b",
    r"(ab|a)(c|bcd)",
    r"(?:ab?)+",
    r"(?:a|b|ab)*c",
    r"a+b|c",
    r"a*b|a",
    r"(?i:k)",
    r"(?i:[sk])|x",
    r"\s+(?!\S)|\s",
    r"a|\s+(?!\S)|\s+|b",
    r"\p{^L}",
    r"\P{L}+",
    r"[^\p{L}]",
    r"\s?\p{L}++",
    // The end of a line: DeepSeek LLM and V2 keep the blanks there together.
    r"\s+$",
    r"\n+$",
    r"[ab\n]+$",
    r"[ab]+$",
    r"[a\n]++\z",
    // Runs behind something, and single characters.
    r"\s?[!-/:-~！-／：-～‘-‟\x{3000}-。]+",
    r"[a\s]?[ab]+",
    r"[ab]?c+",
    r" ?[^\p{L} ]+",
    r"a?\s+",
    r"[\x{10000}-\x{10FFFF}b]",
    r"[^a]+",
    r"[ab]+?",
    r"[ab]??c+",
    r"a$|\s+(?!\S)|\s+",
    r"a?b$|[ab]",
    r"(?:a|b)+$|\n",
    r"\S$|c",
    // All white space at the end of the text.
    r"\s++$",
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s",
    r"a\s*+$|[a\n]",
    // The start of a line, and where the text starts and ends.
    r"^\s+",
    r"^\s+|\s+$",
    r"^a+$|b",
    "^.",
    r"[^a\n]$|^\n",
    r"\A\s+|\s+\z",
    r"^a|a\z|\Ab+\z",
    r"a++\z|\s",
    // Of a count, `+` is not possessive.
    r"\p{N}{1,3}+|\s++$|\s*[\r\n]|\s",
    r"a{1,2}+b|[ab]",
    r"[ab]{1}+",
    // Chameleon's: a single blank that stands before something else is not matched.
    r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)",
    r"\s+(?!\S)",
    // A bracket that closes nothing, as in the pattern for SMILES that tokenizers of molecules share.
    r"(\[[^\]]+]|Br?|Cl?|N|O|S|P|F|I|b|c|n|o|s|p|\(|\)|\.|=|#|-|\+|\\|\/|:|~|@|\?|>|\*|\$|\%[0-9]{2}|[0-9])",
    r"[a(]]|]+a",
];

/// What no automaton does, or what means something else in another syntax.
const LEFT: [&str; 40] = [
    "",
    "a*",
    "(?:)",
    "^",
    "^+a",
    "a^b",
    "(?:^| )a",
    r"a\zb",
    r"(?:a|ab)++\z",
    r"a\Z",
    "$",
    "(a$)",
    "a$b",
    "a$+",
    r"a++b?$",
    r"a++$",
    r"a\s?+$",
    r"\s{1,3}+$",
    "a{1,3}+a",
    r"\ba",
    "a(?=b)",
    "a(?!b)",
    "(?<=a)b",
    "(?<name>a)",
    r"(a)\1",
    "(?>a+)b",
    "a++a",
    "(?:a++)b",
    "(?:a*)+b",
    "(?i:ss)",
    "(?i:ﬁ)",
    "(?i)a",
    "a{2}+",
    "a{2}?",
    "a{2,3}?",
    "a**",
    "[]a]",
    "a{1,100000}",
    "(?:(?:(?:(?:a{64}){64}){64}){64}){64}",
    "(?:(?:(?:(?:(?:(?:(?:(?:(?:(?:(?:(?:(?:(?:(?:(?:(?:(?:a))))))))))))))))))",
];

/// Characters that patterns treat in different ways.
const POOL: &str = "aaabbcsKkſK'tlrevdmRELsSxyz019٣½Ⅷ  \t\n\r\u{b}\u{85}\u{a0}\u{3000}\u{2028}.,!?…。،()[]|/\\-_\"#$~éßàÜ\
    ǅʰªﬁ中国的ひカ한นहि\u{301}\u{94d}\u{200d}😀\u{1f3fd}\u{e000}\u{10ffff}\u{fffd}\0\u{7f}µĀ";

fn random_text(state: &mut u64, pool: &[char]) -> String {
    let mut below = |end: usize| {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        usize::try_from(*state >> 33).unwrap() % end
    };
    let most = if below(8) == 0 { 60 } else { 12 };
    let length = below(most);
    let narrow = below(3) == 0;
    (0..length)
        .map(|_| pool[below(if narrow { 8 } else { pool.len() })])
        .collect()
}

fn matches(machine: &Machine, text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    machine.each_match(text.as_bytes(), 0, text.len(), &mut |start, end| {
        found.push((start, end));
    });
    found
}

fn long() -> bool {
    std::env::var_os("AUTOTOKENIZER_LONG").is_some()
}

#[test]
fn random_texts_match_as_oniguruma_matches_them() {
    let pool: Vec<char> = POOL.chars().collect();
    let mut state = 7;
    let rounds = if long() { 200_000 } else { 4_000 };
    for pattern in PATTERNS {
        let machine = Machine::regex(pattern).unwrap_or_else(|| panic!("{pattern} is left out"));
        let oniguruma = Regex::new(pattern).unwrap();
        for _ in 0..rounds {
            let text = random_text(&mut state, &pool);
            let expected: Vec<_> = oniguruma.find_iter(&text).collect();
            assert_eq!(matches(&machine, &text), expected, "{pattern} in {text:?}");
        }
    }
}

/// Most characters, in contexts.
fn all_characters() -> String {
    let points = (0..0x11_0000u32).filter(|point| {
        long() || matches!(point, 0..0x3000 | 0xA000..0xB000 | 0xF000..0x1_1000) || point % 509 == 0
    });
    points
        .filter_map(char::from_u32)
        .flat_map(|c| [c, 'a', c, ' '])
        .collect()
}

#[test]
fn every_character_matches_as_oniguruma_matches_it() {
    let text = all_characters();
    for pattern in PATTERNS {
        let expected: Vec<_> = Regex::new(pattern).unwrap().find_iter(&text).collect();
        assert_eq!(
            matches(&Machine::regex(pattern).unwrap(), &text),
            expected,
            "{pattern}"
        );
        // There is room for so few states that it forgets them all the time.
        let forgetful = Automaton::new(&parse::parse(pattern).unwrap(), 0).unwrap();
        let forgetful = Machine(Kind::Automaton(Box::new(forgetful)));
        assert_eq!(matches(&forgetful, &text), expected, "{pattern}");
    }
}

#[test]
fn what_is_outside_is_not_looked_at() {
    let machine = Machine::regex(r"\s+(?!\S)|\s+|\p{L}+").unwrap();
    let text = "ab   cd";
    let mut found = Vec::new();
    machine.each_match(text.as_bytes(), 1, 4, &mut |start, end| {
        found.push((start, end));
    });
    // As for the text "b  " by itself.
    assert_eq!(found, [(1, 2), (2, 4)]);
    let machine = Machine::regex(r"\s+$").unwrap();
    machine.each_match(text.as_bytes(), 0, 4, &mut |start, end| {
        found.push((start, end));
    });
    // As for "ab  ".
    assert_eq!(found[2..], [(2, 4)]);
    let machine = Machine::regex(r"^\s+|c\z|\Ad").unwrap();
    for (from, to) in [(2, 6), (6, 7)] {
        machine.each_match(text.as_bytes(), from, to, &mut |start, end| {
            found.push((start, end));
        });
    }
    // As for "   c" and "d".
    assert_eq!(found[3..], [(2, 5), (5, 6), (6, 7)]);
}

#[test]
fn other_patterns_are_left() {
    for pattern in LEFT {
        assert!(Machine::regex(pattern).is_none(), "{pattern}");
    }
}
