//! The ids that added tokens have inside the crate.
//!
//! The crate keeps one token for an id. Where a file gives one id to several added tokens, the last of them has it,
//! as in transformers.js, and the others get an id beyond all others, which becomes the file's id on the way out.

use std::collections::HashMap;

use crate::ListedToken;

/// The first id that no file can use for a token.
const FIRST: u32 = 0xF000_0000;

/// What every added token's id is inside the crate.
#[derive(Debug, Default)]
pub(super) struct Aliases {
    inside: HashMap<String, u32>,
    outside: Vec<u32>,
}

impl Aliases {
    pub(super) fn new(tokens: &[ListedToken]) -> Self {
        let contents: HashMap<&str, u32> = tokens
            .iter()
            .map(|listed| (listed.token.content.as_str(), listed.id))
            .collect();
        let owners: HashMap<u32, &str> = tokens
            .iter()
            .map(|listed| {
                (
                    contents[listed.token.content.as_str()],
                    listed.token.content.as_str(),
                )
            })
            .collect();
        let mut aliases = Self::default();
        for listed in tokens {
            let content = listed.token.content.as_str();
            let id = contents[content];
            if aliases.inside.contains_key(content) {
                continue;
            }
            let inside = if owners.get(&id) == Some(&content) {
                id
            } else {
                aliases.outside.push(id);
                // There are fewer added tokens than ids from `FIRST` on.
                FIRST.saturating_add(u32::try_from(aliases.outside.len() - 1).unwrap_or(u32::MAX))
            };
            aliases.inside.insert(content.to_owned(), inside);
        }
        aliases
    }

    /// The id inside the crate of an added token.
    pub(super) fn inside(&self, content: &str) -> Option<u32> {
        self.inside.get(content).copied()
    }

    /// The file's id for an id inside the crate.
    pub(super) fn outside(&self, id: u32) -> u32 {
        match id
            .checked_sub(FIRST)
            .and_then(|index| self.outside.get(index as usize))
        {
            Some(outside) => *outside,
            None => id,
        }
    }

    /// Whether [`Aliases::outside`] changes any id.
    pub(super) fn is_empty(&self) -> bool {
        self.outside.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::{Aliases, FIRST};
    use crate::{AddedToken, ListedToken};

    fn listed(id: u32, content: &str) -> ListedToken {
        ListedToken {
            id,
            token: AddedToken {
                content: content.to_owned(),
                ..AddedToken::default()
            },
        }
    }

    #[test]
    fn the_last_token_of_an_id_owns_it() {
        let aliases = Aliases::new(&[listed(5, "a"), listed(5, "b"), listed(7, "c"), listed(8, "c")]);
        assert_eq!(aliases.inside("a"), Some(FIRST));
        assert_eq!(aliases.inside("b"), Some(5));
        assert_eq!(aliases.inside("c"), Some(8));
        assert_eq!(aliases.inside("d"), None);
        assert_eq!(
            [
                aliases.outside(FIRST),
                aliases.outside(5),
                aliases.outside(FIRST + 1)
            ],
            [5, 5, FIRST + 1]
        );
        assert!(!aliases.is_empty());
    }
}
