using System.Runtime.ExceptionServices;

namespace GpuQuant.Backends.Cpu;

/// <summary>One part of a job: the part's number and the number of the thread that does it.</summary>
internal delegate void PoolJob(int part, int worker);

/// <summary>
/// Threads that stay: a job is cut into numbered parts, which the caller and the workers take in turn. Running a job allocates nothing.
/// What a part computes must depend on its number alone, then the result does not depend on the number of threads.
/// </summary>
internal sealed class WorkerPool : IDisposable
{
    private const int SpinsBeforeSleep = 2000;
    private readonly Lock _caller = new();
    private readonly object _wake = new();
    private readonly Thread[] _threads;
    private PoolJob? _job;
    private int _parts, _next, _busy, _generation;
    private bool _closing;
    private Exception? _failure;

    public WorkerPool(int threads)
    {
        Workers = threads;
        _threads = new Thread[threads - 1];
        for (var i = 0; i < _threads.Length; i++)
        {
            var worker = i + 1;
            _threads[i] = new Thread(() => Work(worker)) { IsBackground = true, Name = $"GpuQuant cpu {worker}" };
            _threads[i].Start();
        }
    }

    /// <summary>The number of threads that work, the caller's included.</summary>
    public int Workers { get; }

    /// <summary>Does all parts of a job and returns when they are done.</summary>
    public void Run(int parts, PoolJob job)
    {
        if (parts <= 1 || _threads.Length == 0)
        {
            for (var part = 0; part < parts; part++)
                job(part, 0);
            return;
        }
        lock (_caller)
        {
            (_job, _parts, _next, _busy) = (job, parts, 0, _threads.Length);
            lock (_wake)
            {
                _generation++;
                Monitor.PulseAll(_wake);
            }
            TakeParts(0);
            var wait = new SpinWait();
            while (Volatile.Read(ref _busy) > 0)
                wait.SpinOnce(-1);
            if (Interlocked.Exchange(ref _failure, null) is { } failure)
                ExceptionDispatchInfo.Throw(failure);
        }
    }

    public void Dispose()
    {
        lock (_wake)
        {
            _closing = true;
            _generation++;
            Monitor.PulseAll(_wake);
        }
    }

    private void Work(int worker)
    {
        var seen = 0;
        while (true)
        {
            AwaitGenerationAfter(seen);
            seen++;
            if (Volatile.Read(ref _closing))
                return;
            TakeParts(worker);
            Interlocked.Decrement(ref _busy);
        }
    }

    private void TakeParts(int worker)
    {
        try
        {
            for (int part; (part = Interlocked.Increment(ref _next) - 1) < _parts;)
                _job!(part, worker);
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, e, null);
            Volatile.Write(ref _next, _parts);
        }
    }

    private void AwaitGenerationAfter(int seen)
    {
        for (var i = 0; i < SpinsBeforeSleep; i++)
        {
            if (Volatile.Read(ref _generation) != seen)
                return;
            Thread.SpinWait(20);
        }
        lock (_wake)
            while (_generation == seen)
                Monitor.Wait(_wake);
    }
}
