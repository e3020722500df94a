//! What reading a chat template and rendering by it costs, in microseconds: the median of many rounds.
//!
//! `cargo bench -p autotokenizer-chat -- [template file]`; without one, a template of the usual kind.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark")]

use std::hint::black_box;
use std::time::Instant;

use autotokenizer_chat::{RenderOptions, Template, render};

const ROUNDS: usize = 301;
const USUAL: &str = "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] | trim \
                     + '<|im_end|>' + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

/// A chat of so many messages of about 120 characters.
fn chat(messages: usize) -> String {
    let sentence = "What is the capital of France, and how many people live there? Say it in one sentence.";
    let messages: Vec<String> = (0..messages)
        .map(|index| {
            let role = if index % 2 == 0 { "user" } else { "assistant" };
            format!("{{\"role\":\"{role}\",\"content\":\"{sentence} ({index})\"}}")
        })
        .collect();
    format!(
        "{{\"messages\":[{}],\"tools\":null,\"documents\":null,\"add_generation_prompt\":true,\"bos_token\":\"<s>\",\
         \"eos_token\":\"</s>\"}}",
        messages.join(",")
    )
}

fn median(mut work: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[ROUNDS / 2]
}

fn main() {
    let file = std::env::args().skip(1).find(|argument| argument != "--bench");
    let template = file.map_or_else(|| USUAL.to_owned(), |file| std::fs::read_to_string(file).unwrap());
    let options = RenderOptions::default();
    let reading = median(|| {
        black_box(Template::new(black_box(&template)).unwrap());
    });
    println!("reading the template: {reading:.1} us");
    for messages in [1, 10, 100, 1000] {
        let context = chat(messages);
        let time = median(|| {
            black_box(render(&template, black_box(&context), &options).unwrap());
        });
        println!("rendering {messages} messages: {time:.1} us");
    }
}
