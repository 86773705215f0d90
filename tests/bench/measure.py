#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Runs the daemon against the static partner and the plain way beside it, and
prints one table. Called by script/bench:

    measure.py BIN_DIR BENCH_DIR OFFERS load|query|clients|all [SECONDS]

SECONDS: how long each kind of query is asked. Exit 1 when a target is missed.
"""
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
KINDS = ["rare", "medium", "common", "filtered", "two", "or5", "phrase", "browse"]
CLIENTS = [1, 8, 64]
CROWD = 1000  # clients that behave badly, and as many connections that do not


# --- one table -------------------------------------------------------------

class Table:
    """Rows of: what, ours, plain, ratio, target, whether it is met."""

    def __init__(self):
        self.rows = []
        self.missed = []

    def add(self, what, ours, plain="", ratio="", target="", met=None):
        verdict = "" if met is None else "met" if met else "MISSED"
        if met is False:
            self.missed.append(what)
        self.rows.append([what, ours, plain, ratio, target, verdict])

    def show(self, title):
        head = [title, "microcat", "plain", "ratio", "target", ""]
        rows = [head] + self.rows
        widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
        line = lambda row: "| " + " | ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths))) + " |"
        print(line(head))
        print("| " + " | ".join("-" * (w if i == 0 else w - 1) + ("" if i == 0 else ":")
                                for i, w in enumerate(widths)) + " |")
        for row in self.rows:
            print(line(row))
        if self.missed:
            print("\nmissed: " + "; ".join(self.missed))
        sys.stdout.flush()


def number(value, digits=0):
    return f"{value:,.{digits}f}"


def note(text):
    print(f"  {text}", file=sys.stderr, flush=True)


# --- processes -------------------------------------------------------------

class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=30)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def ask(path, target, method="GET"):
    """Status and JSON of one request over a Unix socket."""
    connection = UnixConnection(path)
    try:
        connection.request(method, target)
        response = connection.getresponse()
        text = response.read()
        return response.status, json.loads(text) if text[:1] in (b"{", b"[") else {}
    finally:
        connection.close()


class Partner:
    def __init__(self, bench, offers, courses=0):
        self.process = subprocess.Popen(
            [os.path.join(bench, "bench_partner"), "--offers", str(offers),
             "--courses", str(courses)], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def control(self, what):
        url = f"http://127.0.0.1:{self.port}/control/{what}"
        with urllib.request.urlopen(url) as answer:
            return answer.read().decode().strip()

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Daemon:
    """microcatd in a folder of its own, with one source."""

    def __init__(self, bin_dir, folder, source):
        self.bin = os.path.join(bin_dir, "microcatd")
        self.folder = folder
        self.query = os.path.join(folder, "query.sock")
        self.admin = os.path.join(folder, "admin.sock")
        self.config = os.path.join(folder, "microcat.conf")
        self.process = None
        os.makedirs(os.path.join(folder, "sources.d"))
        with open(self.config, "w") as file:
            file.write(f'state-dir = "{folder}/state"\n'
                       f'listen = {{ "unix:{self.query}" }}\n'
                       f'admin = "unix:{self.admin}"\n'
                       'sources = "sources.d/*.conf"\n')
        with open(os.path.join(folder, "sources.d", "bench.conf"), "w") as file:
            file.write(source)

    def start(self):
        self.log = open(os.path.join(self.folder, "log"), "a")
        self.process = subprocess.Popen([self.bin, "-c", self.config], stderr=self.log,
                                        stdout=self.log)

    def wait_ready(self):
        while True:
            try:
                if ask(self.query, "/readyz")[0] == 200:
                    return
            except (OSError, http.client.HTTPException):
                pass
            if self.process.poll() is not None:
                sys.exit(f"microcatd ended with {self.process.returncode}; "
                         + open(self.log.name).read()[-2000:])
            time.sleep(0.002)

    def last_run(self):
        _, answer = ask(self.query, "/v1/sources/bench/runs?limit=1")
        runs = answer.get("runs", [])
        return runs[0] if runs else {"run": 0, "state": "none"}

    def wait_run(self, after):
        """The first run behind the one of this number, when it has ended."""
        while True:
            run = self.last_run()
            if run["run"] > after and run["state"] != "running":
                return run
            if self.process.poll() is not None:
                sys.exit("microcatd ended: " + open(self.log.name).read()[-2000:])
            time.sleep(0.05)  # asking costs the daemon, too

    def harvest(self):
        """Seconds from the request until the run has ended, and the run."""
        before = self.last_run()["run"]
        start = time.monotonic()
        status, answer = ask(self.admin, "/v1/sources/bench/harvest", "POST")
        if status != 202:
            sys.exit(f"harvest: {status} {answer}")
        run = self.wait_run(before)
        return time.monotonic() - start, run

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        self.log.close()

    def database_bytes(self):
        folder = os.path.join(self.folder, "state")
        return sum(os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder)
                   if name.startswith("microcat.db"))


class PeakMemory(threading.Thread):
    """Samples the PSS of a process and its children, in MiB."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.peak, self.is_over = pid, 0, threading.Event()

    @staticmethod
    def pss(pid):
        try:
            with open(f"/proc/{pid}/smaps_rollup") as rollup:
                for line in rollup:
                    if line.startswith("Pss:"):
                        return int(line.split()[1])
        except OSError:
            pass
        return 0

    def children(self):
        found = []
        for task in os.listdir(f"/proc/{self.pid}/task"):
            with open(f"/proc/{self.pid}/task/{task}/children") as children:
                found += children.read().split()
        return found

    def run(self):
        while not self.is_over.wait(0.2):  # looking stops the process
            try:
                pids = [self.pid] + self.children()
            except OSError:
                continue
            self.peak = max(self.peak, sum(self.pss(pid) for pid in pids) / 1024)

    def stop(self):
        self.is_over.set()
        self.join()
        return self.peak


def figures_of(command):
    """Lines of "name value" as a dictionary."""
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return {name: float(value) for name, value in
            (line.split() for line in text.splitlines())}


def check_run(run, what):
    if run["state"] != "complete" or not run["ledger"]["balances"]:
        sys.exit(f"{what}: the run ended as {run['state']}: {run.get('why')}")


# --- what is measured --------------------------------------------------------

class Bench:
    def __init__(self, bin_dir, bench_dir, offers, seconds):
        self.bin, self.bench, self.n, self.seconds = bin_dir, bench_dir, offers, seconds
        self.folder = tempfile.mkdtemp(prefix="mcb", dir="/tmp")
        self.table = Table()
        self.plain = {}
        self.queries = os.path.join(self.folder, "queries.tsv")
        self.partner = self.daemon = None

    def print_to(self, what, path):
        with open(path, "w") as file:
            subprocess.run([os.path.join(self.bench, "bench_catalogue"), what, "--offers",
                            str(self.n)], check=True, stdout=file)

    def load_plain(self):
        note("the plain way: loading")
        offers = os.path.join(self.folder, "offers.ndjson")
        self.print_to("plain", offers)
        self.plain.update(figures_of([sys.executable, os.path.join(HERE, "plain.py"), "load",
                                      os.path.join(self.folder, "plain.db"), offers]))
        os.unlink(offers)

    def start(self):
        self.partner = Partner(self.bench, self.n)
        self.daemon = Daemon(self.bin, os.path.join(self.folder, "d"),
                             'source "bench" {\n  title = "Bench"\n  role = "republisher"\n'
                             '  format = "moochub"\n  version = "3"\n'
                             f'  url = "http://127.0.0.1:{self.partner.port}/moochub"\n'
                             '  every = "30d"\n  allow-private = true\n}\n')
        self.daemon.start()
        self.daemon.wait_ready()

    def add_rate(self, what, seconds, at_least=None):
        rate, plain = self.n / seconds, self.plain["load.offers_per_second"]
        self.table.add(what, number(rate), number(plain), number(rate / plain, 2),
                       "" if at_least is None else f"≥ {at_least}",
                       None if at_least is None else rate / plain >= at_least)

    def first_load(self):
        """The source is due at once: the first harvest begins by itself."""
        note(f"loading {self.n} offers")
        memory = PeakMemory(self.daemon.process.pid)
        memory.start()
        start, cpu = time.monotonic(), self.partner.cpu_seconds()
        run = self.daemon.wait_run(0)
        seconds = time.monotonic() - start
        cpu = self.partner.cpu_seconds() - cpu
        check_run(run, "loading")
        if run["ledger"]["new"] != self.n:
            sys.exit(f"loading: {run['ledger']['new']} new offers, expected {self.n}")
        self.add_rate("loading, offers/s", seconds, 1.0)
        peak = memory.stop()
        self.table.add("  memory of daemon and worker, peak PSS, MiB", number(peak), "", "",
                       "≤ 256", peak <= 256)
        self.table.add("  the partner's own processor time, s", number(cpu, 2))

    def again(self):
        note("the same catalogue again, answered 200")
        seconds, run = self.daemon.harvest()
        check_run(run, "again")
        if run["ledger"]["unchanged"] != self.n:
            sys.exit(f"again: {run['ledger']}")
        self.add_rate("the same again, 200 with equal bytes, offers/s", seconds, 4)
        note("the same catalogue again, answered 304")
        self.partner.control("304/on")
        seconds, run = self.daemon.harvest()
        check_run(run, "304")
        if run["notModified"] == 0 or run["ledger"]["unchanged"] != self.n:
            sys.exit(f"304: {run}")
        self.add_rate("the same again, 304, offers/s", seconds)
        self.partner.control("304/off")
        self.partner.control(f"changed/{self.n // 10}")
        note("a tenth of it changed")
        seconds, run = self.daemon.harvest()
        check_run(run, "changed")
        self.add_rate("a tenth of it changed, offers/s", seconds)

    def size(self):
        bytes_each = self.daemon.database_bytes() / self.n
        plain = self.plain["load.bytes_per_offer"]
        self.table.add("database, bytes an offer", number(bytes_each), number(plain),
                       number(bytes_each / plain, 2))

    def restart(self):
        self.daemon.stop()
        start = time.monotonic()
        self.daemon.start()
        while True:
            try:
                status, answer = ask(self.daemon.query, "/v1/offers?limit=1")
                if status == 200 and answer["total"] > 0:
                    break
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.001)
        seconds = time.monotonic() - start
        self.table.add("start to first answer, s", number(seconds, 3), "", "", "≤ 1",
                       seconds <= 1)

    def ooapi(self, courses):
        note(f"OOAPI, a call for the offerings of each of {courses} courses")
        partner = Partner(self.bench, 1, courses)
        daemon = Daemon(self.bin, os.path.join(self.folder, "o"),
                        'source "bench" {\n  title = "Bench"\n  country = "FI"\n'
                        '  format = "ooapi"\n  version = "5"\n'
                        f'  url = "http://127.0.0.1:{partner.port}/ooapi"\n'
                        '  page-size = 250\n  parallel-requests = 4\n  every = "30d"\n'
                        '  allow-private = true\n}\n')
        daemon.start()
        daemon.wait_ready()
        start = time.monotonic()
        run = daemon.wait_run(0)
        seconds = time.monotonic() - start
        check_run(run, "OOAPI")
        requests = int(partner.control("count"))
        self.table.add("OOAPI with offerings, ms a request", number(seconds / requests * 1000, 3))
        self.table.add("  courses/s", number(courses / seconds))
        daemon.stop()
        partner.stop()

    # queries

    def ask_all(self, clients, *more):
        """kind -> (median ms, 99th percentile ms, answers a second)"""
        text = subprocess.run(
            [os.path.join(self.bench, "bench_load"), self.daemon.query, self.queries,
             "--clients", str(clients), "--seconds-tenths", str(int(self.seconds * 10)), *more],
            check=True, stdout=subprocess.PIPE, text=True).stdout
        found = {}
        for line in text.splitlines():
            kind, _, _, median, p99, rate, _ = line.split("\t")
            found[kind] = (float(median), float(p99), float(rate))
        return found

    def query_plain(self):
        note("the plain way: queries")
        self.plain.update(figures_of([sys.executable, os.path.join(HERE, "plain.py"), "query",
                                      os.path.join(self.folder, "plain.db"), self.queries,
                                      str(max(1, self.seconds))]))

    def harvest_for_ever(self, is_over):
        revision = 0
        while not is_over.is_set():
            revision += 1
            self.partner.control(f"changed/{self.n}")
            self.daemon.harvest()

    def measure_busy(self):
        is_over = threading.Event()
        harvests = threading.Thread(target=self.harvest_for_ever, args=(is_over,), daemon=True)
        harvests.start()
        while self.daemon.last_run()["state"] != "running":
            time.sleep(0.01)
        busy = {n: self.ask_all(n) for n in CLIENTS}
        is_over.set()
        harvests.join()
        return busy

    def query(self):
        self.query_plain()
        note("queries, idle")
        self.ask_all(1)  # everything is in memory once
        idle = {n: self.ask_all(n) for n in CLIENTS}
        note("queries while a harvest runs that changes every offer")
        busy = self.measure_busy()
        for kind in KINDS:
            self.add_query(kind, idle, busy)

    def add_query(self, kind, idle, busy):
        median, p99, _ = idle[1][kind]
        plain = self.plain.get(f"query.{kind}.median_ms")
        is_goal = kind == "filtered"
        self.table.add(
            f"query \"{kind}\", 1 client, median ms", number(median, 3),
            "" if plain is None else number(plain, 2),
            "" if plain is None else f"1/{number(plain / median)}",
            "≤ 1/25" if is_goal else "", plain / median >= 25 if is_goal else None)
        self.table.add("  99th percentile ms", number(p99, 3),
                       "" if plain is None else number(self.plain[f"query.{kind}.p99_ms"], 2))
        for n in CLIENTS:
            if n > 1:
                self.table.add(f"  {n} clients, median / 99th ms, answers/s",
                               f"{number(idle[n][kind][0], 2)} / {number(idle[n][kind][1], 2)}, "
                               f"{number(idle[n][kind][2])}")
            ratio = busy[n][kind][1] / idle[n][kind][1]
            self.table.add(f"  {kind}, {n} client{'s' if n > 1 else ''}, while a harvest runs, "
                           "median / 99th ms",
                           f"{number(busy[n][kind][0], 2)} / {number(busy[n][kind][1], 2)}",
                           "", f"{number(ratio, 1)} × idle", "≤ 3", ratio <= 3)

    # clients

    def clients(self):
        """As many connections that ask in turn, beside a crowd and without it."""
        crowd = None
        kept = ["--connections", str(CROWD)]
        self.ask_all(8, *kept)
        for at_once in (8, 64):
            note(f"{CROWD} connections, {at_once} asking at once")
            alone = self.ask_all(at_once, *kept)
            note(f"the same beside {CROWD} that are slow, silent or gone")
            memory = PeakMemory(self.daemon.process.pid)
            memory.start()
            crowd = subprocess.Popen([os.path.join(self.bench, "bench_crowd"), self.daemon.query,
                                      "--clients", str(CROWD)], stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE, text=True)
            crowd.stdout.readline()
            # A tenth of them has asked for a thousand offers each: that is work, and behind
            # it others wait their turn. What is compared is when all are there.
            coming = self.ask_all(at_once, *kept, "--kind", "rare")["rare"]
            beside = self.ask_all(at_once, *kept)
            ends, _ = crowd.communicate()
            note(ends.strip().replace("\n", "; "))
            for kind in KINDS:
                ratio = beside[kind][1] / alone[kind][1]
                self.table.add(f"{kind}, {at_once} at once beside {CROWD} bad clients, "
                               "median / 99th ms",
                               f"{number(beside[kind][0], 2)} / {number(beside[kind][1], 2)}", "",
                               f"{number(ratio, 2)} × alone", "≤ 2", ratio <= 2)
            self.table.add("  rare, while they come, median / 99th ms",
                           f"{number(coming[0], 2)} / {number(coming[1], 2)}")
            self.table.add("  memory of the daemon, peak PSS, MiB", number(memory.stop()))

    def close(self):
        for process in (self.daemon, self.partner):
            if process is not None and process.process.poll() is None:
                process.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def run(bench, what):
    bench.print_to("queries", bench.queries)
    bench.load_plain()
    bench.start()
    bench.first_load()
    bench.size()
    if what in ("load", "all"):
        bench.again()
        bench.restart()
        bench.ooapi(max(500, min(5000, bench.n // 20)))
    if what in ("query", "all"):
        bench.query()
    if what in ("clients", "all"):
        bench.clients()


def main():
    bin_dir, bench_dir, offers, what = sys.argv[1:5]
    seconds = float(sys.argv[5]) if len(sys.argv) > 5 else 1.0
    bench = Bench(bin_dir, bench_dir, int(offers), seconds)
    try:
        run(bench, what)
    finally:
        bench.table.show(f"{number(bench.n)} offers")  # what was measured before a failure too
        bench.close()
    sys.exit(1 if bench.table.missed else 0)


main()
