"""Runs the emulator for exactly as long as the tool that started it lives.

The tool holds the other end of stdin. However it ends, the pipe is closed by the
operating system, and then this process and the functions it runs end too.

What comes through the pipe is an order to keep the state and go no further, for a
test that then kills everything and starts again: AWS's services keep what they
have confirmed, and the emulator keeps everything in memory.
"""

import functools
import gc
import inspect
import os
import pickle
import signal
import socketserver
import stat
import subprocess
import sys
import threading

import hypercorn.config
from ministack import app

STATE = os.path.join(os.environ["STATE_DIR"], "state.pickle")
# Beside what each service counts as its state: the objects themselves, which it would keep in files.
OBJECTS = ("_buckets", "_object_versions", "_object_tags")


def follow_the_tool():
    # Not sys.stdin: its lock would be in the way of an ordinary end.
    while os.read(0, 1024):
        keep_state_and_stop()
    if os.name == "nt":
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(os.getpid())])
    else:
        # The tool has made this process the leader of a group of its own.
        os.killpg(os.getpgrp(), signal.SIGKILL)


def keep_state_and_stop():
    # A copy of this process, as it is between two instructions, writes the state at its leisure; the original
    # must not answer anybody any more, for what it confirmed from now on would be lost.
    hang_up()
    if os.fork():
        os.kill(os.getpid(), signal.SIGSTOP)
        return
    os.setsid()
    try:
        from ministack.services import s3

        state = {name: get() for name, get in app._build_persistence_save_dict().items()}
        objects = {name: getattr(s3, name)._data for name in OBJECTS}
        with open(STATE + ".new", "wb") as file:
            pickle.dump((state, objects), file)
        os.replace(STATE + ".new", STATE)
    finally:
        os._exit(0)


def hang_up():
    # Not by stopping: other threads go on between the fork and whatever stops them.
    nowhere = os.open(os.devnull, os.O_RDWR)
    for name in os.listdir("/dev/fd"):
        try:
            if stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                os.dup2(nowhere, int(name))
        except OSError:
            # The one through which the list was read, or a connection that has ended since.
            continue


def load_state():
    if not os.path.exists(STATE):
        return
    with open(STATE, "rb") as file:
        state, objects = pickle.load(file)
    os.remove(STATE)
    for name, part in state.items():
        app._get_module(app._state_map[name]).load_persisted_state(part)
    for name, part in objects.items():
        getattr(app._get_module("s3"), name)._data.update(part)
    go_on_with_executions(app._get_module("stepfunctions"))


def go_on_with_executions(stepfunctions):
    """An execution outlives the servers it runs on: what was running when the state was kept runs again."""
    from ministack.core import iam_evaluator, responses

    for (account, region, arn), execution in list(stepfunctions._executions._data.items()):
        if execution.get("error") != "States.ServiceRestart":
            continue
        execution.update(status="RUNNING", stopDate=None)
        del execution["error"], execution["cause"]

        def run(account=account, region=region, arn=arn):
            responses._request_account_id.set(account)
            responses._request_region.set(region)
            # Services talk to one another over TLS, and the queues' policies refuse whoever doesn't.
            iam_evaluator._request_origin.set(("127.0.0.1", True))
            stepfunctions._run_execution(arn)

        threading.Thread(target=run, daemon=True).start()


def lose_no_message():
    """Queues keep what they were given, as SQS does, however many threads work on one.

    The emulator deletes a message by giving the queue a new list of those that stay, and what another thread
    appends to the old one meanwhile is gone. So whoever changes a queue does it alone.
    """
    from ministack.services import eventbridge, s3, sqs

    lock = sqs._queues_lock = threading.RLock()

    def alone(change):
        @functools.wraps(change)
        def wrapper(*arguments, **named):
            with lock:
                return change(*arguments, **named)

        return wrapper

    # What receives waits for messages in between, and must not hold the lock then; all that it calls does.
    actions = [
        name
        for name, action in inspect.getmembers(sqs, inspect.isfunction)
        if name.startswith("_act_") and not inspect.iscoroutinefunction(action)
    ]
    for name in [*actions, "_expire_retained", "_dlq_sweep", "_collect_msgs"]:
        setattr(sqs, name, alone(getattr(sqs, name)))
    for name, action in sqs._HANDLERS.items():
        sqs._HANDLERS[name] = getattr(sqs, action.__name__)
    s3._deliver_event_to_sqs = alone(s3._deliver_event_to_sqs)
    eventbridge._dispatch_to_sqs = alone(eventbridge._dispatch_to_sqs)


def send_events_before_the_answer():
    """An upload that was confirmed has its event, whatever happens to the emulator in the moment after."""
    from ministack.services import s3

    def fire(bucket, key, event, size=0, etag="", deletion_type=None, **named):
        if bucket in s3._bucket_notifications:
            sequencer = s3._next_event_sequencer(event)
            s3._fire_s3_event(bucket, key, event, size, etag, deletion_type, sequencer=sequencer, **named)

    s3._fire_s3_event_async = fire


lose_no_message()
send_events_before_the_answer()
threading.Thread(target=follow_the_tool, daemon=True).start()

# HTTP/2 and its header compression are written in Python here, and cost more than all else that a request does.
hypercorn.config.Config.alpn_protocols = ["http/1.1"]
# An event goes to a function as headers and then a body, which must not wait for a late acknowledgement of the headers.
socketserver.StreamRequestHandler.disable_nagle_algorithm = True
# It keeps all that ever happened, and the collector would go through that again and again for garbage that is not there.
gc.set_threshold(100_000, 50, 1000)
# With TLS it would also take port 443 of the machine, which is not ours to take.
app._port_is_bindable = lambda host, port: False
app._load_persisted_state = load_state
sys.argv = ["ministack"]
app.main()
