"""M/M/c at 90 % load in SimPy: a process for each customer and a shared Resource.

Arguments: servers, customers, seed. Prints events, ns per event and the mean wait in seconds;
an event is one arrival or one departure.
"""

import random
import sys
import time

import simpy


def main(servers, customers, seed):
    luck = random.Random(seed)
    env = simpy.Environment()
    pool = simpy.Resource(env, capacity=servers)
    waited = 0.0

    def customer():
        nonlocal waited
        arrived = env.now
        with pool.request() as request:
            yield request
            waited += env.now - arrived
            yield env.timeout(luck.expovariate(1.0))

    def source():
        for _ in range(customers):
            yield env.timeout(luck.expovariate(0.9 * servers))
            env.process(customer())

    env.process(source())
    start = time.thread_time_ns()
    env.run()
    elapsed = time.thread_time_ns() - start
    events = 2 * customers
    print(events, elapsed / events, waited / customers)


main(*map(int, sys.argv[1:4]))
