//! Rehearsal itself: a queue is a scenario, read, run and summarised in the timed part; timers are
//! its event list alone, with the draws of the hand-coded models.

use crate::draws::{Draws, timed};
use crate::work::{Queue, Run, Timers};
use rehearsal::base::read::NoFiles;
use rehearsal::base::time::Time;
use rehearsal::kernel::event_list::{EventList, Rank};
use rehearsal::model::{self, Seed};
use rehearsal::observe::summary::Summary;
use rehearsal::scenario::load;

fn scenario(queue: &Queue) -> String {
    let Queue { servers, customers, .. } = queue;
    let rate = queue.rate();
    format!(
        r#"
name = "m_m_{servers}"
[workloads.load]
arrivals.poisson = {{ rate = "{rate}/s" }}
limit = {customers}
[workflows.serve.steps.serve]
work = {{ exponential = "1s" }}
[pools.server]
agents = {servers}
dispatch = "fastest_first"
"#
    )
}

pub fn queue(queue: &Queue, seed: u64) -> Run {
    let text = scenario(queue);
    let ((arrived, left, wait), nanos) = timed(|| {
        let loaded = load::load(text.as_bytes(), &NoFiles).expect("the scenario is right");
        let seed = Seed { seed, replication: 0 };
        let summary = model::run(&loaded.scenario, seed, Summary::new(&loaded.scenario));
        let wait = summary.cells[0].wait.mean_s().expect("customers have waited");
        (summary.arrived_in_all, summary.throughput, wait)
    });
    assert_eq!((arrived, left), (queue.customers, queue.customers), "all came and left");
    Run { events: arrived + left, nanos, value: wait }
}

pub fn timers(timers: &Timers, seed: u64) -> Run {
    let (mut draws, mut events) = (Draws::new(seed), EventList::new());
    for timer in 0..timers.timers {
        events.push(Time::from_nanos(draws.nanos(1.0)), Rank::Arrival, timer);
    }
    let (count, nanos) = timed(|| {
        let mut count = 0;
        while let Some((now, timer)) = events.pop() {
            if now.nanos() > timers.end() {
                break;
            }
            count += 1;
            events.push(Time::from_nanos(now.nanos() + draws.nanos(1.0)), Rank::Arrival, timer);
        }
        count
    });
    timers.run(count, nanos)
}
