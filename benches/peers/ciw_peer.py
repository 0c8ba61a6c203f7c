"""M/M/c at 90 % load in Ciw: one node, run until so many customers have left.

Arguments: servers, customers, seed. Prints events, ns per event and the mean wait in seconds of
those who have left; an event is one arrival or one departure.
"""

import sys
import time

import ciw


def main(servers, customers, seed):
    ciw.seed(seed)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=0.9 * servers)],
        service_distributions=[ciw.dists.Exponential(rate=1.0)],
        number_of_servers=[servers],
    )
    simulation = ciw.Simulation(network)
    start = time.thread_time_ns()
    simulation.simulate_until_max_customers(customers, method="Finish")
    elapsed = time.thread_time_ns() - start
    waits = [record.waiting_time for record in simulation.get_all_records()]
    arrived = simulation.nodes[0].number_of_individuals
    events = arrived + len(waits)
    print(events, elapsed / events, sum(waits) / len(waits))


main(*map(int, sys.argv[1:4]))
