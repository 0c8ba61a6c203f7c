//! The recorded behaviour: rows of the vector files, and their fields.

use rehearsal::base::read::{Document, NoFiles, Read};
use rehearsal::base::time::{Span, Time};
use serde_json::Value;

/// Copied from the conformance vectors of the project.
pub const BREAKERS: &str = include_str!("../vectors/resilience4j_circuit_breaker.json");
pub const WINDOWS: &str = include_str!("../vectors/resilience4j_windows_backoff.json");
pub const MISC: &str = include_str!("../vectors/resilience_misc.json");
pub const REPLICAS: &str = include_str!("../vectors/hpa_replica_calculator.json");
pub const FLOATS: &str = include_str!("../vectors/hpa_float_edges.json");
pub const GROUPS: &str = include_str!("../vectors/hpa_group_pods.json");
pub const BEHAVIOUR: &str = include_str!("../vectors/hpa_behavior.json");
pub const KPA: &str = include_str!("../vectors/knative_kpa.json");

/// One row.
#[derive(Clone)]
pub struct Row(pub Value);

/// The rows of a file that are of this kind.
pub fn rows(file: &str, kind: impl Fn(&Row) -> bool) -> Vec<Row> {
    let file: Value = serde_json::from_str(file).expect("the vectors are JSON");
    let all = list(&file, "vectors").iter().cloned().map(Row);
    all.filter(|row| kind(row)).collect()
}

impl Row {
    /// Its name.
    pub fn id(&self) -> &str {
        text(&self.0, "id")
    }

    /// What it is about; empty where a file does not say.
    pub fn kind(&self) -> &str {
        self.0.get("kind").map_or("", |kind| kind.as_str().expect("a text"))
    }
}

/// A list that is there.
pub fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().unwrap_or_else(|| panic!("`{key}` is a list in {value}"))
}

/// A text that is there.
pub fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_else(|| panic!("`{key}` is a text in {value}"))
}

/// A whole number that is there.
pub fn whole(value: &Value, key: &str) -> u64 {
    value[key].as_u64().unwrap_or_else(|| panic!("`{key}` is a whole number in {value}"))
}

/// A span in milliseconds that is there.
pub fn span_ms(value: &Value, key: &str) -> Span {
    ms(whole(value, key))
}

/// A span of milliseconds.
pub fn ms(ms: u64) -> Span {
    Span::from_nanos(ms * 1_000_000)
}

/// A time in milliseconds.
pub fn at_ms(at: u64) -> Time {
    Time::ZERO + ms(at)
}

/// What a scenario's text means.
pub fn read<T: Read>(toml: &str) -> T {
    let document = Document::parse(toml).expect("it is TOML");
    document.read::<T>(&NoFiles).unwrap_or_else(|mistakes| panic!("{toml}: {mistakes:?}")).0
}

/// The fields of an object that are not among these: a field that nobody looks at checks nothing.
pub fn only(value: &Value, known: &[&str]) {
    let object = value.as_object().unwrap_or_else(|| panic!("{value} is an object"));
    let other = object.keys().find(|key| !known.contains(&key.as_str()));
    assert_eq!(other, None, "{value}");
}
