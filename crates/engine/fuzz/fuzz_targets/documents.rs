#![no_main]

use autotokenizer_engine_fuzz::documents;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Err(difference) = documents::check(data) {
        panic!("{difference}");
    }
});
