"""Workers on a Dask cluster, which see the same files under the same names."""

from __future__ import annotations

import contextlib
import copy
import gc
import os
import pickle
import warnings
from concurrent.futures import CancelledError

from img2dcm_decl import __version__
from img2dcm_decl.errors import WorkerError
from img2dcm_decl.lean_typing import cast
from img2dcm_decl.plan.locations import is_url
from img2dcm_decl.run.chunks import Done, convert_chunk
from img2dcm_decl.run.pool import LostError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from img2dcm_decl.run.runner import Job
    from img2dcm_decl.run.tasks import Task

SCHEMES = {"dask": "tcp", "dask+tls": "tls"}
CONNECT_SECONDS = 10
WAIT_SECONDS = 5
PATIENCE_SECONDS = 60
_LOOK_AGAIN = 16
_LOGGERS = ("distributed", "distributed.client", "distributed.gc", "tornado", "tornado.application", "asyncio")


class Cluster:
    """The workers of a Dask cluster that chunks are given to.

    Dask itself does again what a lost worker was at, so that every object may find what an earlier attempt has left.

    Parameters
    ----------
    url : str
        Where its scheduler is: `dask://HOST:PORT`, or `dask+tls://HOST:PORT` with the certificates that Dask's own
        configuration names.
    spec : bytes
        The job, as it is sent to workers.

    Raises
    ------
    WorkerError
        The scheduler does not answer, or has no workers.
    """

    patience = 1
    repeats = True

    def __init__(self, url: str, spec: bytes) -> None:
        self._url = url
        # Being imported, the library sets up its loggers anew.
        client = _library().Client
        with contextlib.ExitStack() as undoing:
            undoing.enter_context(_quiet())
            self._client = _connect(url, client)
            undoing.callback(_disconnect, self._client)
            self._await_workers()
            self._undoing = undoing.pop_all()
        # The result of a task, unlike data that were scattered, is made again where it is lost.
        self._spec = self._client.submit(_same, spec, pure=False)
        self._submitted = 0
        self.width = self._slots()

    def submit(self, chunk: Sequence[Task]) -> Any:
        """Begin a chunk."""
        self._submitted += 1
        if self._submitted % _LOOK_AGAIN == 0:
            self.width = self._slots()
        # In one piece, because Dask would look into every tuple for results of other tasks.
        return self._client.submit(_work, self._spec, pickle.dumps(tuple(chunk)), pure=False)

    def result(self, future: Any) -> Done:
        """Wait for the result of a chunk.

        Raises
        ------
        LostError
            Each worker that was given it was lost.
        WorkerError
            The cluster cannot be used any more.
        """
        killed = _library().KilledWorker
        waited = 0
        while True:
            try:
                return cast("Done", future.result(timeout=WAIT_SECONDS))
            except TimeoutError:
                waited = 0 if self._threads() else waited + WAIT_SECONDS
                if waited >= PATIENCE_SECONDS:
                    raise WorkerError(f"{self._url}: the cluster has no workers any more") from None
            except killed:
                raise LostError from None
            except (ImportError, RuntimeError) as error:
                # What a task is refers to this package, which the scheduler reads too.
                if not isinstance(error, ImportError) and "deserialization" not in str(error):
                    raise
                what = f"the cluster cannot read what it is to do ({str(error).partition('. ')[0]})"
                raise WorkerError(f"{self._url}: {what}; install img2dcm-decl {__version__} there") from None
            except (CancelledError, OSError) as error:
                raise WorkerError(f"{self._url}: the scheduler is lost: {error}") from None

    def withdraw(self, future: Any) -> bool:  # noqa: ARG002 - what is begun and what is not, the scheduler alone knows
        """Return False: no chunk is taken back."""
        return False

    def is_lost(self, future: Any) -> bool:  # noqa: ARG002 - each says so when its result is asked for
        """Return False: other chunks are not lost together with one."""
        return False

    def renew(self) -> None:
        """Leave it to the cluster to replace its workers."""

    def close(self, now: bool) -> None:  # noqa: ARG002 - closing cancels whatever is under way
        """Disconnect from the scheduler, which forgets the chunks."""
        self._undoing.close()

    def _await_workers(self) -> None:
        try:
            self._client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        except TimeoutError:
            raise WorkerError(f"{self._url}: the cluster has no workers") from None

    def _slots(self) -> int:
        """Return how many chunks may be under way: twice as many as can be worked on at a time."""
        return 2 * max(1, self._threads())

    def _threads(self) -> int:
        """Return how many chunks the cluster can work on at a time."""
        try:
            return sum(self._client.nthreads().values())
        except (OSError, TimeoutError) as error:
            raise WorkerError(f"{self._url}: the scheduler is lost: {error}") from None


def elsewhere(job: Job) -> Job:
    """Return a job that means the same files wherever it is run on the machines of a cluster."""
    folder = job.plan.folder
    if is_url(folder):
        return job
    there = copy.copy(job)
    there.plan = there.plan._replace(folder=os.path.abspath(folder))
    return there


def _library() -> Any:
    try:
        import distributed
    except ImportError:
        raise WorkerError("Dask clusters need the library distributed: pip install 'img2dcm-decl[dask]'") from None
    return distributed


def _connect(url: str, client: Any) -> Any:
    scheme, _, address = url.partition("://")
    if scheme not in SCHEMES or not address:
        raise WorkerError(f"{url}: is no address of a cluster; these are written dask://HOST:PORT")
    if SCHEMES[scheme] == "tls" and not _has_certificates():
        raise WorkerError(f"{url}: Dask's configuration names no certificates, under distributed.comm.tls")
    try:
        return client(f"{SCHEMES[scheme]}://{address}", timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        raise WorkerError(f"{url}: the scheduler cannot be reached: {error}") from None


def _has_certificates() -> bool:
    return _library().Security().get_connection_args("client").get("ssl_context") is not None


def _disconnect(client: Any) -> None:
    with contextlib.suppress(Exception):
        client.close(timeout=WAIT_SECONDS)
    # What Dask's coroutines failed with unheard is said when they are collected: now, where nobody listens.
    gc.collect()


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask from writing on standard error meanwhile: what matters comes as an error."""
    import logging

    loggers = [logging.getLogger(name) for name in _LOGGERS]
    levels = [logger.level for logger in loggers]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for logger in loggers:
            logger.setLevel(logging.CRITICAL + 1)
        try:
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)


def _same(spec: bytes) -> bytes:
    return spec


def _work(spec: bytes, chunk: bytes) -> Done:
    tasks: tuple[Task, ...] = pickle.loads(chunk)  # noqa: S301 - from the client of the cluster that this worker obeys
    return convert_chunk(spec, tasks)
