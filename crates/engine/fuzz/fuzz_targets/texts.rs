#![no_main]

use std::sync::LazyLock;

use autotokenizer_engine_fuzz::models::{self, Model};
use autotokenizer_engine_fuzz::texts;
use libfuzzer_sys::fuzz_target;

static MODELS: LazyLock<Vec<Model>> = LazyLock::new(models::all);

fuzz_target!(|data: &[u8]| {
    if let [model, data @ ..] = data
        && let Err(difference) = texts::check(&MODELS[usize::from(*model) % MODELS.len()], data)
    {
        panic!("{difference}");
    }
});
