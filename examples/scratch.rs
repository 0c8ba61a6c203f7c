use rehearsal::base::{dist::Dist, id::*, time::*, unit::Rate};
use rehearsal::mechanism::*;
use rehearsal::scenario::meaning::*;
use rehearsal::model::*;
use rehearsal::observe::{summary::*, fingerprint::Fingerprint, little::Little};
fn scen(lam: f64, c: usize, n: u64, disp: dispatch::Spec) -> Scenario {
    Scenario { name: "x".into(), about: "".into(), seed: 1, horizon: Time::MAX, warm_up: Time::ZERO, drain: true, starts_at: Span::ZERO, grid: Span::from_secs(60),
      classes: vec![Class{name:"default".into(), priority:0, credit: Span::ZERO, deadline: None, patience: None, balk_above: None}],
      workloads: vec![Workload{name:"w".into(), workflow: WorkflowId(0), classes: vec![(ClassId(0),1.0)], arrivals: arrivals::Spec::Poisson(arrivals::poisson::Spec{rate: Rate::new(lam).unwrap()}), trace_classes: vec![], limit: Some(n)}],
      workflows: vec![Workflow{name:"f".into(), first: vec![StepId(0)], first_step: StepId(0), steps: 1, remembers: false}],
      steps: vec![Step{name:"s".into(), key: 77, workflow: WorkflowId(0), queue: QueueId(0), work: Work::Same(Dist::exponential(1.0).unwrap()), needs: vec![], pools: vec![(PoolId(0),1.0)], critical: true, reneging: true, at_most: None, next: Next{branch: vec![], joins: vec![]}, join_of: 0}],
      queues: vec![Queue{name:"q".into(), discipline: discipline::Spec::Fifo(discipline::fifo::Spec), capacity: None, when_full: WhenFull::RejectNewcomer, dispatch: disp, binding: Binding::Late, pools: vec![PoolId(0)]}],
      pools: vec![Pool{name:"p".into(), queue: QueueId(0), first_agent: AgentId(0), speeds: vec![1.0;c], slots:1, service: service::Spec::Slots(service::slots::Spec), can: vec![], wrap_up: None, roster: None, measure: measure::Spec::All(measure::all::Spec)}],
    }
}
fn main() {
    let n: u64 = std::env::args().nth(1).and_then(|s| s.parse().ok()).unwrap_or(1_000_000);
    for (c, lam) in [(1usize, 0.9), (100, 90.0)] {
        for d in [dispatch::Spec::FastestFirst(dispatch::fastest_first::Spec), dispatch::Spec::Random(dispatch::random::Spec)] {
        let s = scen(lam, c, n, d);
        for _ in 0..2 {
        let t = std::time::Instant::now();
        let sum = run(&s, Seed{seed:1, replication:0}, Summary::new(&s));
        let el = t.elapsed().as_nanos() as f64 / n as f64 / 2.0;
        let t = std::time::Instant::now();
        run(&s, Seed{seed:1, replication:0}, ());
        let el0 = t.elapsed().as_nanos() as f64 / n as f64 / 2.0;
        let t = std::time::Instant::now();
        let f = run(&s, Seed{seed:1, replication:0}, Fingerprint::default()).digest();
        let elf = t.elapsed().as_nanos() as f64 / n as f64 / 2.0;
        println!("c={c} {el:.1} ns/event; unobserved {el0:.1}; fingerprint {elf:.1} {f}");
        let m = metrics(&sum);
        for k in m.iter().take(6) { print!("{}={:.4} ", k.name, k.value); } println!();
        }}
        let s = scen(lam, c, 10000, dispatch::Spec::FastestFirst(dispatch::fastest_first::Spec));
        let l = run(&s, Seed{seed:1, replication:0}, Little::new(&s));
        println!("{:?} {:?} {}", l.system, l.queues, l.in_flight);
    }
}
