//! Times Rehearsal beside other simulators on the same work, in one interleaved series.
//!
//! Every round runs every engine on every work, the first engine moving on by one each round, so
//! that a slow minute of the machine falls on all of them. Reported are ns of processor time per
//! event: the median and the least of the rounds, and the median over the rounds of the ratio to
//! the binary heap loop of the same round. Every run is checked against theory (`theory`); a miss
//! fails the program.
//!
//! What an event is, and what each engine does for it, is in the README beside this crate.

mod draws;
mod engine;
mod heap;
mod nexo;
mod options;
mod python;
mod rehearse;
mod simcore_peer;
mod table;
mod theory;
mod work;

use engine::Engine;
use options::Options;
use std::process::ExitCode;
use table::Row;
use work::Work;

fn main() -> ExitCode {
    let options = match Options::read(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(text) => {
            eprintln!("{text}");
            return ExitCode::from(2);
        }
    };
    match measure(&options) {
        Ok(rows) => report(&options, &rows),
        Err(text) => {
            eprintln!("error: {text}");
            ExitCode::FAILURE
        }
    }
}

/// The series: one row for each pair of a work and an engine, with a run for each round.
fn measure(options: &Options) -> Result<Vec<Row>, String> {
    let engines = Engine::all(options);
    let mut rows = Vec::new();
    for work in Work::all(options) {
        rows.extend(engines.iter().map(|engine| Row::new(work, engine)));
    }
    for round in 0..options.rounds {
        eprintln!("round {} of {}", round + 1, options.rounds);
        for works in rows.chunks_mut(engines.len()) {
            for turn in 0..engines.len() {
                let index = (turn + round as usize) % engines.len();
                let work = works[index].work;
                // The seed of a round is fixed, so that the values checked repeat exactly.
                if let Some(run) = engines[index].run(&work, 1 + u64::from(round))? {
                    works[index].add(run);
                }
            }
        }
    }
    Ok(rows)
}

fn report(options: &Options, rows: &[Row]) -> ExitCode {
    let base = |row: &Row| {
        let same = |other: &&Row| other.work == row.work && other.engine == heap::NAME;
        rows.iter().find(same).expect("the binary heap is measured on every work")
    };
    if options.csv {
        println!("{}", table::CSV_HEAD);
        rows.iter().for_each(|row| println!("{}", row.csv(base(row))));
    } else {
        table::print(options, rows, base);
    }
    let missed = rows.iter().filter(|row| !row.agrees()).count();
    if missed > 0 {
        eprintln!("error: {missed} rows are more than {} standard errors off", theory::TOLERANCE);
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
