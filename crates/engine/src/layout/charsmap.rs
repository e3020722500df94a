//! Whether a `Precompiled` normalizer's charsmap can be walked without leaving it.
//!
//! It is a double array (the `Darts` format of `SentencePiece`) with the texts that its leaves point to. The `tokenizers`
//! crate trusts every number in it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Says what is wrong with a charsmap in Base64.
pub(crate) fn check(charsmap: &str) -> Result<(), &'static str> {
    let blob = STANDARD.decode(charsmap).map_err(|_| "it is not Base64")?;
    let (head, rest) = blob.split_first_chunk::<4>().ok_or("it is too short")?;
    let size = u32::from_le_bytes(*head) as usize;
    let trie = rest
        .get(..size / 4 * 4)
        .ok_or("its tree is longer than the whole")?;
    let texts = std::str::from_utf8(&rest[trie.len()..]).map_err(|_| "its texts are not UTF-8")?;
    let (words, _) = trie.as_chunks::<4>();
    let units: Vec<u32> = words.iter().map(|word| u32::from_le_bytes(*word)).collect();
    if is_sound(&units, texts) {
        Ok(())
    } else {
        walk(&units, texts)
    }
}

/// Whether every unit that could be a node is sound, reached by a key or not: real maps are, and it is quick to tell.
fn is_sound(units: &[u32], texts: &str) -> bool {
    let block = |position, unit| {
        base(position, unit)
            .ok()
            .filter(|base| (base | 0xFF) < units.len())
    };
    let sound = |(position, &unit): (usize, &u32)| {
        // No byte is 0, and none has bit 31.
        if unit.trailing_zeros() >= 8 || unit >> 31 != 0 {
            return true;
        }
        let leaf = unit >> 8 & 1 == 1;
        block(position, unit)
            .is_some_and(|base| !leaf || texts.is_char_boundary((units[base] & 0x7FFF_FFFF) as usize))
    };
    let root = units.first().and_then(|&root| block(0, root));
    root.is_some() && units.iter().enumerate().all(sound)
}

/// Visits every node that some key reaches.
fn walk(units: &[u32], texts: &str) -> Result<(), &'static str> {
    let root = *units.first().ok_or("its tree is empty")?;
    let mut seen = vec![false; units.len()];
    let mut bases = vec![(base(0, root)?, false)];
    while let Some((base, leaf)) = bases.pop() {
        // Every byte is tried below `base`, whether it has a child or not.
        if (base | 0xFF) >= units.len() {
            return Err("its tree points out of itself");
        }
        if leaf {
            let text = (units[base] & 0x7FFF_FFFF) as usize;
            if !texts.is_char_boundary(text) {
                return Err("a leaf points out of its texts");
            }
        }
        if std::mem::replace(&mut seen[base], true) {
            continue;
        }
        for byte in 1..=0xFF_usize {
            let node = base ^ byte;
            let unit = units[node];
            if (unit & 0x8000_00FF) as usize == byte {
                bases.push((self::base(node, unit)?, unit >> 8 & 1 == 1));
            }
        }
    }
    Ok(())
}

/// Where the children of the node at `position` are.
fn base(position: usize, unit: u32) -> Result<usize, &'static str> {
    let offset = u64::from(unit >> 10) << ((unit & 1 << 9) >> 6);
    usize::try_from(offset)
        .map(|offset| position ^ offset)
        .map_err(|_| "its tree points out of itself")
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::check;

    fn charsmap(units: &[u32], texts: &[u8]) -> String {
        let mut blob = u32::try_from(units.len() * 4).unwrap_or(0).to_le_bytes().to_vec();
        blob.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
        blob.extend(texts);
        STANDARD.encode(blob)
    }

    /// A tree in which `a` leads to the leaf with the text at `text`.
    fn tree(text: u32) -> Vec<u32> {
        let mut units = vec![0; 512];
        units[0] = 0;
        units[0x61] = 0x61 | 1 << 8 | (0x161 ^ 0x61) << 10;
        units[0x161] = 0x8000_0000 | text;
        units
    }

    #[test]
    fn a_whole_one_passes() {
        assert_eq!(check(&charsmap(&tree(0), b"b\0")), Ok(()));
    }

    #[test]
    fn broken_ones_are_named() {
        assert_eq!(check("?"), Err("it is not Base64"));
        assert_eq!(check("AAA="), Err("it is too short"));
        assert_eq!(
            check(&STANDARD.encode(u32::MAX.to_le_bytes())),
            Err("its tree is longer than the whole")
        );
        assert_eq!(check(&charsmap(&[], b"")), Err("its tree is empty"));
        assert_eq!(check(&charsmap(&[0], b"")), Err("its tree points out of itself"));
        assert_eq!(
            check(&charsmap(&tree(3), b"b\0")),
            Err("a leaf points out of its texts")
        );
        assert_eq!(
            check(&charsmap(&tree(1), "é".as_bytes())),
            Err("a leaf points out of its texts")
        );
        assert_eq!(
            check(&charsmap(&tree(0), b"\xFF")),
            Err("its texts are not UTF-8")
        );
    }
}
