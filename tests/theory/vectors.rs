//! The reference values: the rows of each case, and its parameters by name.

/// Copied from the conformance vectors of the project.
const TEXT: &str = include_str!("../vectors/queueing.csv");

/// A case: a model with its parameters, and what is known of it.
pub struct Case {
    pub name: String,
    parameters: String,
    /// Metrics with their exact values.
    pub rows: Vec<(String, f64)>,
}

/// All cases, in the order of the file.
pub fn cases() -> Vec<Case> {
    let mut reader = csv::Reader::from_reader(TEXT.as_bytes());
    let mut cases: Vec<Case> = Vec::new();
    for record in reader.records() {
        let record = record.expect("the vectors are a table");
        let exact = number(&record[4]);
        if cases.last().is_none_or(|case| case.name != record[0]) {
            let (name, parameters) = (record[0].to_string(), record[2].to_string());
            cases.push(Case { name, parameters, rows: Vec::new() });
        }
        let case = cases.last_mut().expect("one was pushed");
        case.rows.push((record[3].to_string(), exact));
    }
    cases
}

impl Case {
    /// A case that is in no table, with its exact values.
    pub fn made(name: &str, rows: &[(&str, f64)]) -> Case {
        let rows = rows.iter().map(|(metric, exact)| (metric.to_string(), *exact)).collect();
        Case { name: name.to_string(), parameters: String::new(), rows }
    }

    /// The case of this name.
    pub fn named(name: &str) -> Case {
        let found = cases().into_iter().find(|case| case.name == name);
        found.unwrap_or_else(|| panic!("no case {name}"))
    }

    /// The exact value of a metric.
    pub fn exact(&self, metric: &str) -> f64 {
        let found = self.rows.iter().find(|(name, _)| name == metric);
        found.unwrap_or_else(|| panic!("{} has no {metric}", self.name)).1
    }

    /// A parameter as written in `lam=0.5;mu=1.0`.
    pub fn text(&self, name: &str) -> &str {
        let value = |pair: &'_ str| pair.split_once('=').is_some_and(|(key, _)| key == name);
        let found = self.parameters.split(';').find(|pair| value(pair));
        let pair = found.unwrap_or_else(|| panic!("no `{name}` in `{}`", self.parameters));
        &pair[name.len() + 1..]
    }

    /// A number, as in `mu=1.0`.
    pub fn num(&self, name: &str) -> f64 {
        number(self.text(name))
    }

    /// Numbers, as in `mu=1|0.9|1.2`.
    pub fn list(&self, name: &str) -> Vec<f64> {
        self.text(name).split('|').map(number).collect()
    }

    /// Rows of numbers, as in `P=[0,1],[0.5,0]`.
    pub fn matrix(&self, name: &str) -> Vec<Vec<f64>> {
        let inner = self.text(name).trim_start_matches('[').trim_end_matches(']');
        inner.split("],[").map(|row| row.split(',').map(number).collect()).collect()
    }
}

fn number(text: &str) -> f64 {
    text.parse().unwrap_or_else(|_| panic!("`{text}` is not a number"))
}
