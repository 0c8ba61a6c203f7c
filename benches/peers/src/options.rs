//! The options of the command line.

const USAGE: &str = "\
usage: cargo run --release --manifest-path benches/peers/Cargo.toml -- [options]
  --rounds N             rounds of the series (5)
  --customers N          customers of W1 and W2 (1000000)
  --timer-events N       expected events of W3 (10000000)
  --python-customers N   customers of W1 and W2 for the Python peers (20000)
  --python PROGRAM       the Python that has simpy and ciw (python3)
  --csv                  print comma-separated values";

/// What is measured and how it is printed.
pub struct Options {
    pub rounds: u32,
    pub customers: u64,
    pub timer_events: u64,
    pub python_customers: u64,
    pub python: String,
    pub csv: bool,
}

impl Options {
    /// Reads the arguments after the program's name.
    ///
    /// # Errors
    /// What to print instead of measuring: the usage, after a sentence if something is wrong.
    pub fn read(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Options {
            rounds: 5,
            customers: 1_000_000,
            timer_events: 10_000_000,
            python_customers: 20_000,
            python: String::from("python3"),
            csv: false,
        };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value\n{USAGE}"));
            match word.as_str() {
                "--rounds" => options.rounds = positive(&value()?)?,
                "--customers" => options.customers = positive(&value()?)?,
                "--timer-events" => options.timer_events = positive(&value()?)?,
                "--python-customers" => options.python_customers = positive(&value()?)?,
                "--python" => options.python = value()?,
                "--csv" => options.csv = true,
                "--help" | "-h" => return Err(String::from(USAGE)),
                _ => return Err(format!("there is no option {word}\n{USAGE}")),
            }
        }
        Ok(options)
    }
}

fn positive<T: std::str::FromStr + PartialOrd + From<u8>>(text: &str) -> Result<T, String> {
    text.parse()
        .ok()
        .filter(|number| *number > T::from(0))
        .ok_or_else(|| format!("`{text}` is not a whole number above zero\n{USAGE}"))
}
