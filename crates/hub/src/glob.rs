//! Patterns for file names, as Python's `fnmatch` reads them: `*`, `?`, `[abc]`, `[!a-z]`; `*` matches `/` too.

/// Which files of a repository are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// If not empty, only files that match one of these.
    pub allow: Vec<String>,
    /// No files that match one of these.
    pub ignore: Vec<String>,
}

impl Filter {
    /// Whether a path is wanted.
    #[must_use]
    pub fn wants(&self, path: &str) -> bool {
        let matches = |patterns: &[String]| patterns.iter().any(|pattern| matches_path(pattern, path));
        (self.allow.is_empty() || matches(&self.allow)) && !matches(&self.ignore)
    }
}

/// A pattern that ends with `/` means all in that folder.
fn matches_path(pattern: &str, path: &str) -> bool {
    let mut pattern: Vec<char> = pattern.chars().collect();
    if pattern.last() == Some(&'/') {
        pattern.push('*');
    }
    matches(&pattern, &path.chars().collect::<Vec<_>>())
}

/// In one pass with one place to go back to, so that no pattern takes exponential time.
fn matches(pattern: &[char], text: &[char]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                back = Some((p + 1, t));
                p += 1;
                continue;
            }
            Some(_) => {
                if let Some(next) = one(pattern, p, text[t]) {
                    p = next;
                    t += 1;
                    continue;
                }
            }
            None => {}
        }
        match back {
            Some((after, from)) => {
                back = Some((after, from + 1));
                p = after;
                t = from + 1;
            }
            None => return false,
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// Where the pattern goes on if it matches one character here.
fn one(pattern: &[char], p: usize, c: char) -> Option<usize> {
    match pattern[p] {
        '?' => Some(p + 1),
        '[' => {
            let negated = pattern.get(p + 1) == Some(&'!');
            let start = p + 1 + usize::from(negated);
            // A bracket right at the start stands for itself.
            let end = (start + 1..pattern.len()).find(|at| pattern[*at] == ']');
            let Some(end) = end else {
                return (c == '[').then_some(p + 1);
            };
            (in_set(&pattern[start..end], c) != negated).then_some(end + 1)
        }
        other => (other == c).then_some(p + 1),
    }
}

fn in_set(set: &[char], c: char) -> bool {
    let mut at = 0;
    while at < set.len() {
        if at + 2 < set.len() && set[at + 1] == '-' {
            if (set[at]..=set[at + 2]).contains(&c) {
                return true;
            }
            at += 3;
        } else {
            if set[at] == c {
                return true;
            }
            at += 1;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_fnmatchs() {
        // Each line was tried with Python's fnmatch.fnmatchcase.
        for (pattern, path, expected) in [
            ("*.json", "a/b.json", true),
            ("*.json", "a/b.jsonl", false),
            ("tokenizer*", "tokenizer_config.json", true),
            ("?.txt", "a.txt", true),
            ("?.txt", "ab.txt", false),
            ("[ab].txt", "a.txt", true),
            ("[!ab].txt", "a.txt", false),
            ("[a-c]x", "bx", true),
            ("[a-c]x", "dx", false),
            ("[]]x", "]x", true),
            ("[x", "[x", true),
            ("a*b*c", "a/x/b/y/c", true),
            ("a*b*c", "a/x/b/y", false),
            ("", "", true),
            ("*", "", true),
            ("[!]]", "a", true),
            ("[a-]", "-", true),
            ("[-a]", "-", true),
            ("[c-a]", "b", false),
        ] {
            assert_eq!(matches_path(pattern, path), expected, "{pattern} {path}");
        }
        assert!(matches_path("onnx/", "onnx/model.onnx"));
        assert!(!matches_path(&"*a".repeat(30), &"a".repeat(29)));
    }

    #[test]
    fn allow_and_ignore() {
        let filter = Filter {
            allow: vec!["*.json".to_owned()],
            ignore: vec!["onnx/".to_owned()],
        };
        assert!(filter.wants("a.json") && !filter.wants("a.bin") && !filter.wants("onnx/a.json"));
        assert!(Filter::default().wants("x"));
    }
}
