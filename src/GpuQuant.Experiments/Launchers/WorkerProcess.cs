using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace GpuQuant.Experiments;

/// <summary>A process that does runs for this one: this program, started again.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly Process _process;
    private readonly StreamWriter _log;

    /// <summary>Starts a worker.</summary>
    /// <param name="sweep">The sweep's identity.</param>
    /// <param name="log">The file that takes what it writes.</param>
    /// <param name="cores">The cores it may use.</param>
    public WorkerProcess(string sweep, string log, int cores)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(log)!);
        var file = new FileStream(log, FileMode.Append, FileAccess.Write, FileShare.Read);
        _log = new StreamWriter(file, new UTF8Encoding(false)) { AutoFlush = true };
        var arguments = Environment.GetCommandLineArgs();
        var host = Environment.ProcessPath!;
        var start = new ProcessStartInfo(host)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The program's own file is an argument only where the runtime's host was started with it.
        var isHost = Path.GetFileNameWithoutExtension(host) == "dotnet";
        foreach (var argument in isHost ? arguments : arguments[1..])
            start.ArgumentList.Add(argument);
        start.Environment[Worker.Variable] = sweep;
        start.Environment["DOTNET_PROCESSOR_COUNT"] = cores.ToString(CultureInfo.InvariantCulture);
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => Log(line.Data);
        _process.BeginErrorReadLine();
    }

    /// <summary>Has a run done.</summary>
    /// <returns>Null when it is done, the reason when it failed.</returns>
    /// <exception cref="IOException">The worker died.</exception>
    public string? Do(int run)
    {
        var number = run.ToString(CultureInfo.InvariantCulture);
        _process.StandardInput.WriteLine(number);
        _process.StandardInput.Flush();
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            if (line == Worker.Done + number)
                return null;
            if (line.StartsWith($"{Worker.Failed}{number} ", StringComparison.Ordinal))
                return line[(Worker.Failed.Length + number.Length + 1)..];
            Log(line);
        }
        _process.WaitForExit();
        throw new IOException(string.Create(CultureInfo.InvariantCulture, $"the worker process ended with exit code {_process.ExitCode}"));
    }

    /// <summary>Ends the worker at once: what it has begun goes on from its last checkpoint.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
    }

    /// <summary>Tells the worker that nothing more comes, and waits for its end.</summary>
    public void Dispose()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It is dead already.
        }
        _process.WaitForExit();
        _process.Dispose();
        lock (_log)
            _log.Dispose();
    }

    private void Log(string? line)
    {
        if (line is null)
            return;
        lock (_log)
            _log.WriteLine(line);
    }
}
