using System.Collections.Concurrent;
using System.Globalization;

namespace GpuQuant.Experiments;

/// <summary>Worker processes that share a sweep's runs. The order in which runs end decides nothing: each has its own folder.</summary>
internal sealed class WorkerPool(SweepPlan plan, int count)
{
    private readonly ConcurrentDictionary<int, RunFailure> _failures = [];
    private readonly ConcurrentDictionary<int, WorkerProcess> _workers = [];
    private volatile bool _isEnding;

    public IReadOnlyList<RunFailure> Run(IReadOnlyList<SweepRun> runs, CancellationToken cancellation)
    {
        var queue = new ConcurrentQueue<SweepRun>(runs);
        using var display = CountDisplay.Create(
            string.Create(CultureInfo.InvariantCulture, $"{runs.Count} runs, {count} workers"), plan.Sweep.Quiet);
        var done = 0;
        using var stop = cancellation.Register(Stop);
        Task[] tasks = [.. Enumerable.Range(0, count).Select(number => Task.Factory.StartNew(
            () => Work(number, queue, () =>
            {
                lock (display)
                    display.Show(++done, runs.Count);
            }), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        Task.WaitAll(tasks, CancellationToken.None);
        return [.. _failures.OrderBy(pair => pair.Key).Select(pair => pair.Value)];
    }

    // A worker that takes the same signal as this process stops by itself; the others are told by their end of input, or killed.
    private void Stop()
    {
        _isEnding = true;
        foreach (var worker in _workers.Values)
            worker.Kill();
    }

    private void Work(int number, ConcurrentQueue<SweepRun> queue, Action done)
    {
        try
        {
            while (!_isEnding && queue.TryDequeue(out var run))
            {
                if (Attempt(number, run) is { } failure)
                {
                    _failures[run.Index] = failure;
                    if (plan.Sweep.FailFast)
                        Stop();
                }
                done();
            }
        }
        finally
        {
            if (_workers.TryRemove(number, out var worker))
                worker.Dispose();
        }
    }

    private RunFailure? Attempt(int number, SweepRun run)
    {
        var reason = "";
        for (var attempt = 1; attempt <= LocalLauncher.Attempts && !_isEnding; attempt++)
        {
            try
            {
                return WorkerOf(number).Do(run.Index) is { } failed ? new(run.Title, run.Path, failed) : null;
            }
            catch (IOException error)
            {
                reason = $"{error.Message.TrimEnd('.')}, {attempt} times; see '{LogOf(number)}'";
                if (_workers.TryRemove(number, out var dead))
                    dead.Dispose();
            }
        }
        return _isEnding ? null : new(run.Title, run.Path, reason);
    }

    private WorkerProcess WorkerOf(int number) => _workers.GetOrAdd(
        number, _ => new WorkerProcess(plan.Identity, LogOf(number), Math.Max(1, Environment.ProcessorCount / count)));

    private string LogOf(int number) =>
        Path.Combine(plan.Output, "logs", string.Create(CultureInfo.InvariantCulture, $"worker-{number + 1}.log"));
}
