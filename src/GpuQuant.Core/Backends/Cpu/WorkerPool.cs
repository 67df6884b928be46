using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace GpuQuant.Backends.Cpu;

/// <summary>One part of a job: the part's number and the number of the thread that does it.</summary>
internal delegate void PoolJob(int part, int worker);

/// <summary>
/// Threads that stay: a job is cut into numbered parts, which the caller and the workers take in turn. Running a job allocates nothing.
/// What a part computes must depend on its number alone, then the result does not depend on the number of threads.
/// </summary>
/// <remarks>
/// The parts are dealt out in equal ranges, one per thread: a thread begins with its own, so that from job to job it meets the same
/// images, which are in its cache, and then helps the others. A range's ticket holds the job's number in its high half and the parts
/// still to be taken in its low half; a part is taken by a compare-and-swap of the whole. So a worker that comes late can only take a
/// part of the job that is under way, the caller need not wait for workers that take none, and what a job needs (<c>_job</c>,
/// <c>_parts</c>) cannot change before its last part is done.
/// </remarks>
internal sealed class WorkerPool : IDisposable
{
    private const int SpinsBeforeSleep = 1000;

    // Tickets lie two cache lines apart, since different threads write them.
    private const int TicketStride = 16;
    private readonly Lock _caller = new();
    private readonly object _wake = new();
    private readonly int _threads;
    private PoolJob _job = (_, _) => { };
    private readonly long[] _tickets;
    private long _jobs;
    private int _parts, _unfinished, _sleepers;
    private bool _closing;
    private Exception? _failure;

    public WorkerPool(int threads)
    {
        (Workers, _threads) = (threads, threads - 1);
        _tickets = new long[threads * TicketStride];
        for (var i = 1; i < threads; i++)
        {
            var worker = i;
            new Thread(() => Work(worker)) { IsBackground = true, Name = $"GpuQuant cpu {worker}" }.Start();
        }
    }

    /// <summary>The number of threads that work, the caller's included.</summary>
    public int Workers { get; }

    /// <summary>Does all parts of a job and returns when they are done. One caller at a time; a job must not run another.</summary>
    public void Run(int parts, PoolJob job)
    {
        if (parts <= 1 || _threads == 0)
        {
            for (var part = 0; part < parts; part++)
                job(part, 0);
            return;
        }
        Debug.Assert(!_caller.IsHeldByCurrentThread, "a job must not run another");
        lock (_caller)
        {
            (_job, _parts, _unfinished) = (job, parts, parts);
            _jobs++;
            // An exchange publishes the job before any worker can take a part of it, and the tickets before the sleepers are counted.
            for (var range = 0; range < Workers; range++)
                Interlocked.Exchange(ref _tickets[range * TicketStride], _jobs << 32 | (uint)(RangeEnd(range) - RangeEnd(range - 1)));
            if (Volatile.Read(ref _sleepers) > 0)
                WakeAll();
            TakeParts(0);
            var wait = new SpinWait();
            while (Volatile.Read(ref _unfinished) > 0)
                wait.SpinOnce(-1);
            if (Interlocked.Exchange(ref _failure, null) is { } failure)
                ExceptionDispatchInfo.Throw(failure);
        }
    }

    public void Dispose()
    {
        Volatile.Write(ref _closing, true);
        WakeAll();
    }

    private void Work(int worker)
    {
        while (!Volatile.Read(ref _closing))
        {
            TakeParts(worker);
            AwaitParts();
        }
    }

    private void TakeParts(int worker)
    {
        while (TryTake(worker) is var part and >= 0)
        {
            try
            {
                _job(part, worker);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref _failure, e, null);
            }
            Interlocked.Decrement(ref _unfinished);
        }
    }

    /// <summary>The next part's number, of the worker's own range if there is one, or -1 if all are taken.</summary>
    private int TryTake(int worker)
    {
        for (var i = 0; i < Workers; i++)
        {
            var range = (worker + i) % Workers;
            ref var place = ref _tickets[range * TicketStride];
            for (var ticket = Volatile.Read(ref place); (int)ticket != 0; ticket = Volatile.Read(ref place))
                if (Interlocked.CompareExchange(ref place, ticket - 1, ticket) == ticket)
                    return RangeEnd(range) - (int)ticket;
        }
        return -1;
    }

    private int RangeEnd(int range) => (int)((range + 1L) * _parts / Workers);

    private bool IsWork
    {
        get
        {
            var work = Volatile.Read(ref _closing);
            for (var range = 0; range < Workers && !work; range++)
                work = (int)Volatile.Read(ref _tickets[range * TicketStride]) != 0;
            return work;
        }
    }

    private void AwaitParts()
    {
        for (var i = 0; i < SpinsBeforeSleep; i++)
        {
            if (IsWork)
                return;
            Thread.SpinWait(20);
        }
        lock (_wake)
        {
            Interlocked.Increment(ref _sleepers);
            while (!IsWork)
                Monitor.Wait(_wake);
            Interlocked.Decrement(ref _sleepers);
        }
    }

    private void WakeAll()
    {
        lock (_wake)
            Monitor.PulseAll(_wake);
    }
}
