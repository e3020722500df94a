//! What a tokenizer knows: its description, its tokens, its file.

use autotokenizer_engine::{AddedToken, Tokenizer};
use napi::bindgen_prelude::{Env, External, Result, Uint32Array};
use napi_derive::napi;

use crate::failure::{Failure, check};
use crate::handle::Handle;

/// The engine's description of a tokenizer, as JSON.
#[napi(catch_unwind)]
pub fn info(env: Env, tokenizer: &External<Handle>) -> Result<String> {
    serde_json::to_string(tokenizer.info()).map_err(|error| Failure::internal(&error).into_js(env))
}

/// Whether all type ids of a text without a second one are known to be 0.
#[napi]
pub fn types_are_zero(tokenizer: &External<Handle>) -> bool {
    tokenizer.types_are_zero()
}

/// The id of a token, or `null`.
#[napi(catch_unwind)]
pub fn token_to_id(tokenizer: &External<Handle>, token: String) -> Option<u32> {
    tokenizer.token_to_id(&token)
}

/// The token of an id, or `null`.
#[napi(catch_unwind)]
pub fn id_to_token(tokenizer: &External<Handle>, id: u32) -> Option<String> {
    tokenizer.id_to_token(id)
}

/// How each of `ids` is shown among the tokens of any text; `null` where that depends on the text.
#[napi(catch_unwind)]
pub fn shown(tokenizer: &External<Handle>, ids: Vec<u32>) -> Vec<Option<String>> {
    tokenizer.shown(&ids)
}

/// All tokens by ascending id, added tokens included.
#[napi(object, object_from_js = false)]
pub struct Vocabulary {
    /// What the tokens are.
    pub tokens: Vec<String>,
    /// The id of each.
    pub ids: Uint32Array,
}

/// All tokens with their ids. Two lists, since an object has no order for `"1"` and no room for `"__proto__"`.
#[napi(catch_unwind)]
pub fn vocab(tokenizer: &External<Handle>) -> Vocabulary {
    let (tokens, ids): (_, Vec<u32>) = tokenizer.vocab(true).into_iter().unzip();
    Vocabulary {
        tokens,
        ids: ids.into(),
    }
}

/// A token to add to a vocabulary.
#[napi(object, object_to_js = false)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the options of JavaScript are independent switches"
)]
pub struct NewToken {
    /// The token's text.
    pub content: String,
    /// Whether `skip_special_tokens` drops it.
    pub special: bool,
    /// Whether it takes white space on its left.
    pub lstrip: bool,
    /// Whether it takes white space on its right.
    pub rstrip: bool,
    /// Whether it matches only between word boundaries.
    pub single_word: bool,
    /// Whether it matches the normalized text.
    pub normalized: bool,
}

/// A tokenizer with more tokens.
#[napi(object, object_from_js = false)]
pub struct Extended {
    /// The new tokenizer.
    pub tokenizer: External<Handle>,
    /// How many of the tokens were new.
    pub added: u32,
}

/// A tokenizer that knows `tokens` too.
#[napi(catch_unwind)]
pub fn add_tokens(env: Env, tokenizer: &External<Handle>, tokens: Vec<NewToken>) -> Result<Extended> {
    let (tokenizer, added) = extended(env, tokenizer, tokens)?;
    Ok(Extended {
        tokenizer: Handle::external(tokenizer),
        added,
    })
}

/// Makes a tokenizer that nobody else uses know `tokens` too; answers how many of them were new.
#[napi(catch_unwind)]
pub fn add_tokens_here(env: Env, tokenizer: &mut External<Handle>, tokens: Vec<NewToken>) -> Result<u32> {
    let (new, added) = extended(env, tokenizer, tokens)?;
    tokenizer.replace(new);
    Ok(added)
}

fn extended(env: Env, tokenizer: &Handle, tokens: Vec<NewToken>) -> Result<(Tokenizer, u32)> {
    let tokens: Vec<_> = tokens
        .into_iter()
        .map(|token| AddedToken {
            content: token.content,
            special: token.special,
            lstrip: token.lstrip,
            rstrip: token.rstrip,
            single_word: token.single_word,
            normalized: token.normalized,
        })
        .collect();
    let (tokenizer, added) = check(env, tokenizer.with_added_tokens(&tokens))?;
    Ok((tokenizer, u32::try_from(added).unwrap_or(u32::MAX)))
}

/// The tokenizer as a tokenizer.json.
#[napi(catch_unwind)]
pub fn to_json(env: Env, tokenizer: &External<Handle>) -> Result<String> {
    check(env, tokenizer.to_json())
}
