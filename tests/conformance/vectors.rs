//! The rows of a file of vectors.

use serde_json::Value;

/// All rows of `tests/vectors/<file>`.
pub fn rows(file: &str) -> Vec<Value> {
    let path = format!("{}/tests/vectors/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("the vectors are there");
    let mut whole: Value = serde_json::from_str(&text).expect("the vectors are JSON");
    match whole["vectors"].take() {
        Value::Array(rows) => rows,
        other => panic!("{file} has rows, not {other}"),
    }
}
