//! Luck and text for made-up scenarios.

/// SplitMix64 (Steele et al., 2014).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Dice(seed.wrapping_mul(0xD134_2543_DE82_EF95) ^ 0x5851_F42D_4C95_7F2D)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`; near enough to equally likely.
    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    pub fn from(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    pub fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * ((self.next() >> 11) as f64 / (1u64 << 53) as f64)
    }

    pub fn chance(&mut self, p: f64) -> bool {
        self.uniform(0.0, 1.0) < p
    }

    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len() as u64) as usize]
    }

    /// A decimal with three places.
    pub fn number(&mut self, low: f64, high: f64) -> String {
        format!("{:.3}", self.uniform(low, high))
    }

    /// A whole number as text.
    pub fn whole(&mut self, low: u64, high: u64) -> String {
        self.from(low, high).to_string()
    }

    /// A duration in seconds, as text in quotes. Half of them are whole seconds, so that things
    /// happen at the same time.
    pub fn span(&mut self, low: f64, high: f64) -> String {
        let seconds = self.uniform(low, high);
        match self.chance(0.5) && seconds >= 1.0 {
            true => format!("\"{:.0}s\"", seconds.floor()),
            false => format!("\"{}ms\"", ((seconds * 1000.0) as u64).max(1)),
        }
    }

    pub fn percent(&mut self, low: f64, high: f64) -> String {
        format!("\"{:.1}%\"", self.uniform(low, high))
    }

    pub fn rate(&mut self, low: f64, high: f64) -> String {
        format!("\"{:.3}/s\"", self.uniform(low, high))
    }

    pub fn bool(&mut self) -> String {
        self.chance(0.5).to_string()
    }

    /// One of these words, in quotes.
    pub fn word(&mut self, of: &[&str]) -> String {
        format!("\"{}\"", self.pick(of))
    }

    /// A distribution of durations whose mean is about `mean` seconds.
    pub fn dist(&mut self, mean: f64) -> String {
        let s = |factor: f64| format!("\"{}ms\"", (mean * factor * 1000.0) as u64 + 1);
        match self.below(16) {
            0..=2 => s(1.0),
            3 => format!("\"{}s\"", mean.ceil()),
            4 => format!("{{ mean = {}, cv = {} }}", s(1.0), self.number(0.1, 3.0)),
            5 => format!("{{ p50 = {}, p95 = {} }}", s(0.7), s(2.5)),
            6 => format!("{{ quantiles = [[0, {}], [0.5, {}], [1, {}]] }}", s(0.2), s(1.0), s(3.0)),
            7 => format!("{{ uniform = [{}, {}] }}", s(0.1), s(1.9)),
            8 => format!("{{ triangular = [{}, {}, {}] }}", s(0.2), s(0.8), s(2.0)),
            9 => format!("{{ erlang = {{ k = {}, mean = {} }} }}", self.from(1, 5), s(1.0)),
            10 => format!("{{ gamma = {{ mean = {}, cv = 0.7 }} }}", s(1.0)),
            11 => format!("{{ weibull = {{ shape = 0.7, scale = {} }} }}", s(0.8)),
            12 => {
                format!("{{ pareto = {{ shape = 1.2, low = {}, high = {} }} }}", s(0.3), s(20.0))
            }
            13 => format!("{{ hyperexponential = [[0.9, {}], [0.1, {}]] }}", s(0.5), s(5.0)),
            14 => format!("{{ shifted = {{ by = {}, of.exponential = {} }} }}", s(0.3), s(0.7)),
            _ => format!("{{ exponential = {} }}", s(1.0)),
        }
    }
}

/// Keys and values of a table.
#[derive(Default)]
pub struct Keys(Vec<(String, String)>);

impl Keys {
    /// The value as TOML.
    pub fn put(&mut self, key: &str, value: String) {
        self.0.push((key.to_string(), value));
    }

    pub fn text(&mut self, key: &str, value: &str) {
        self.put(key, format!("\"{value}\""));
    }

    /// Every other time.
    pub fn maybe(&mut self, dice: &mut Dice, key: &str, value: impl FnOnce(&mut Dice) -> String) {
        if dice.chance(0.5) {
            self.put(key, value(dice));
        }
    }

    pub fn has(&self, key: &str) -> bool {
        self.0.iter().any(|(other, _)| other == key)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn inline(&self) -> String {
        let pair = |(key, value): &(String, String)| format!("{key} = {value}");
        format!("{{ {} }}", self.0.iter().map(pair).collect::<Vec<_>>().join(", "))
    }

    pub fn lines(&self) -> String {
        self.0.iter().map(|(key, value)| format!("{key} = {value}\n")).collect()
    }
}
