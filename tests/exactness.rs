//! The simulator against a second implementation of the same rules: days of calls, event by event.
//!
//! What would be drawn is given: work and patience come with the calls or are constants, the
//! wrap-up is a constant. Compared are the start, the agent, the leaving time and the outcome of
//! every call, in whole nanoseconds.
//!
//! Rules both must follow. At one instant ends of service come first, then agents that are ready
//! again, then patience that ends, then arrivals, then the roster; events of one kind in the order
//! in which they were scheduled. A free agent takes the call with the least (arrival - credit), the
//! first of equals. A call takes the first free agent by number, or the fastest. Who goes off duty
//! takes nothing new.

#[path = "reality/recording.rs"]
mod recording;
#[path = "exactness/reference.rs"]
mod reference;

use std::collections::BTreeMap;

use recording::{Row, directory, number, rows};
use reference::{Agent, Call, Day, Fate, Rules, SECOND};
use rehearsal::base::time::Time;
use rehearsal::model::fact::{Fact, Observer, Outcome};
use rehearsal::model::{Seed, run_for};
use rehearsal::scenario::load::load;

/// What became of each call in the simulator.
struct Fates(Vec<Fate>);

impl Observer for Fates {
    fn on(&mut self, at: Time, fact: &Fact) {
        match fact {
            Fact::Arrived { task, .. } => {
                assert_eq!(task.0, self.0.len() as u64, "calls are numbered as they come");
                self.0.push(Fate::default());
            }
            Fact::Started { task, agent, .. } => {
                let started = &mut self.0[task.0 as usize].started;
                assert_eq!(*started, None, "a call starts once");
                *started = Some((at.nanos(), agent.index()));
            }
            Fact::Left(left) => {
                assert!(matches!(left.outcome, Outcome::Completed | Outcome::Reneged));
                self.0[left.task.0 as usize].left = Some((at.nanos(), left.outcome.name()));
            }
            _ => {}
        }
    }
}

fn simulate(rules: &Rules, calls: &[Call], agents: &[Agent]) -> Vec<Fate> {
    let cell = |number: Option<u64>| number.map_or(String::new(), |number| number.to_string());
    let mut trace = String::from("at_s,priority,work_s,patience_s\n");
    for call in calls {
        let priority = if call.high { "high" } else { "regular" };
        let (work, patience) = (cell(call.work_s), cell(call.patience_s));
        trace += &format!("{},{priority},{work},{patience}\n", call.at_s);
    }
    let mut sessions = String::from("agent,on_s,off_s\n");
    for agent in agents {
        for (from, to) in &agent.sessions {
            sessions += &format!("{},{from},{to}\n", agent.name);
        }
    }
    let speeds: Vec<f64> = agents.iter().map(|agent| agent.speed).collect();
    let text = format!(
        r#"
        name = "exactness"
        horizon = "2d"

        [classes.high]
        credit = "{credit}s"
        patience = "{patience}s"

        [classes.regular]
        patience = "{patience}s"

        [workloads.calls.arrivals.trace]
        file = "calls.csv"
        time = "at_s"
        class = "priority"
        work = "work_s"
        patience = "patience_s"

        [workflows.call.steps.talk]
        work = "{work}s"

        [pools.agents]
        speed = {speeds:?}
        wrap_up = "{wrap_up}s"
        discipline = "{discipline}"
        dispatch = "{dispatch}"
        sessions = {{ file = "sessions.csv", agent = "agent", from = "on_s", to = "off_s" }}
        "#,
        credit = rules.credit_s,
        patience = rules.patience_s,
        work = rules.work_s,
        wrap_up = rules.wrap_up_s,
        discipline = if rules.credit_s > 0 { "credit" } else { "fifo" },
        dispatch = if rules.fastest { "fastest_first" } else { "least_outstanding" },
    );
    let files: BTreeMap<String, Vec<u8>> = BTreeMap::from([
        (String::from("calls.csv"), trace.into_bytes()),
        (String::from("sessions.csv"), sessions.into_bytes()),
    ]);
    let loaded = load(text.as_bytes(), &files).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    let mut fates = Fates(Vec::new());
    run_for(&loaded.scenario, Seed { seed: 1, replication: 0 }, &mut fates);
    fates.0
}

/// Both have the same fate for every call; what became of them.
fn compare(what: &str, rules: &Rules, calls: &[Call], agents: &[Agent]) -> Vec<Fate> {
    let expected = Day::new(rules, calls, agents).run();
    let simulated = simulate(rules, calls, agents);
    assert_eq!(simulated.len(), expected.len(), "{what}: as many calls");
    for (call, (simulated, expected)) in simulated.iter().zip(&expected).enumerate() {
        assert_eq!(simulated, expected, "{what}: call {call}, came at {} s", calls[call].at_s);
        assert!(expected.left.is_some(), "{what}: call {call} has left");
    }
    expected
}

/// How many calls waited and were served, gave up, were overtaken by one that came later.
fn variety(calls: &[Call], fates: &[Fate]) -> [usize; 3] {
    let start = |call: usize| fates[call].started.map(|(at, _)| at);
    let waited = |call: &usize| start(*call).is_some_and(|at| at > calls[*call].at_s * SECOND);
    let gave_up = |call: &usize| start(*call).is_none();
    let overtaken = |call: &usize| {
        start(*call).is_some_and(|at| {
            (*call..calls.len()).any(|later| start(later) < Some(at) && start(later).is_some())
        })
    };
    let count = |of: &dyn Fn(&usize) -> bool| (0..calls.len()).filter(|call| of(call)).count();
    [count(&waited), count(&gave_up), count(&overtaken)]
}

/// A day that nobody recorded: 300 calls by a fixed formula, in steps of 5 s so that events of all
/// kinds fall on one instant.
fn made_up_day() -> (Vec<Call>, Vec<Agent>) {
    // A linear congruential generator (Park and Miller, 1988).
    let mut state: u64 = 1999;
    let mut below = |n: u64| {
        state = state * 48_271 % 2_147_483_647;
        state / 1000 % n
    };
    let mut at_s = 100;
    let calls = (0..300).map(|_| {
        at_s += 5 * below(8);
        let work_s = (below(10) > 0).then_some(5).map(|five| five * (1 + below(40)));
        let patience_s = (below(4) > 0).then_some(5).map(|five| five * below(40));
        Call { at_s, high: below(3) == 0, work_s, patience_s }
    });
    let calls = calls.collect();
    let agents = (0..6).map(|number: u64| Agent {
        name: format!("A{number}"),
        speed: [1.0, 0.8, 1.25, 2.0, 1.0, 0.5][number as usize],
        sessions: vec![
            (500 * number, 2000 + 700 * number),
            (2000 + 700 * number + 5 * below(60), 12_000),
        ],
    });
    (calls, agents.collect())
}

#[test]
fn a_made_up_day_is_exact() {
    let (calls, agents) = made_up_day();
    let rules = |credit_s, wrap_up_s, fastest| Rules {
        credit_s,
        wrap_up_s,
        work_s: 90,
        patience_s: 120,
        fastest,
    };
    for (credit_s, wrap_up_s, fastest) in
        [(90, 20, true), (90, 20, false), (0, 5, true), (0, 0, false), (30, 60, true)]
    {
        let what = format!("credit {credit_s} s, wrap-up {wrap_up_s} s, fastest: {fastest}");
        let fates = compare(&what, &rules(credit_s, wrap_up_s, fastest), &calls, &agents);
        let [waited, gave_up, overtaken] = variety(&calls, &fates);
        println!("{what}: {waited} waited, {gave_up} gave up, {overtaken} were overtaken");
        assert!(waited >= 50 && gave_up >= 20, "{what}: a day with something to tell");
        assert_eq!(overtaken > 0, credit_s > 0, "{what}: credit overtakes, and nothing else");
    }
}

/// A recorded day: calls that were served bring their service, those that gave up their patience.
fn recorded_day(calls: &[Row], sessions: &[Row], day: &str) -> (Vec<Call>, Vec<Agent>) {
    let whole = |row: &Row, column: &str| number(row, column) as u64;
    let joined = |row: &&Row| {
        row["day"] == day
            && ["served_direct", "served_queued", "abandoned"].contains(&&*row["kind"])
    };
    let call = |row: &Row| Call {
        at_s: whole(row, "arrival_s"),
        high: row["priority"] == "high",
        work_s: Some(whole(row, "service_s")).filter(|service| *service > 0),
        patience_s: (row["kind"] == "abandoned").then(|| whole(row, "wait_s")),
    };
    let calls = calls.iter().filter(joined).map(call).collect();
    let mut agents: BTreeMap<&str, Vec<(u64, u64)>> = BTreeMap::new();
    for row in sessions.iter().filter(|row| row["day"] == day) {
        let session = (whole(row, "on_s"), whole(row, "off_s"));
        agents.entry(&row["agent"]).or_default().push(session);
    }
    let agent = |(name, sessions): (&str, Vec<(u64, u64)>)| Agent {
        name: name.to_owned(),
        speed: 1.0,
        sessions,
    };
    (calls, agents.into_iter().map(agent).collect())
}

#[test]
fn every_recorded_day_is_exact() {
    let Some(directory) = directory("callcenter_1999") else { return };
    // The centre gave no credit in January and 90 s in October; half of the wrap-ups took about 5
    // s, the mean is about 35 s.
    for (month, credit_s, wrap_up_s) in
        [("january", 0, 35), ("october", 90, 35), ("october", 90, 5)]
    {
        let rules = Rules { credit_s, wrap_up_s, work_s: 120, patience_s: 600, fastest: false };
        let calls = rows(&directory.join(format!("calls_{month}.csv.gz")));
        let sessions = rows(&directory.join(format!("staffing_{month}.csv.gz")));
        let mut days: Vec<&String> = calls.iter().map(|row| &row["day"]).collect();
        days.dedup();
        let mut all = [0; 4];
        for day in days {
            let (calls, agents) = recorded_day(&calls, &sessions, day);
            let fates = compare(day, &rules, &calls, &agents);
            let [waited, gave_up, overtaken] = variety(&calls, &fates);
            for (sum, n) in all.iter_mut().zip([calls.len(), waited, gave_up, overtaken]) {
                *sum += n;
            }
        }
        let [calls, waited, gave_up, overtaken] = all;
        println!(
            "{month}: {calls} calls are exact: {waited} waited, {gave_up} gave up, {overtaken} \
             were overtaken"
        );
        assert!(waited > 1000 && gave_up > 100, "{month}: days with something to tell");
        assert_eq!(overtaken > 0, credit_s > 0, "{month}: credit overtakes, and nothing else");
    }
}
