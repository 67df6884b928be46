// Measurements, in a release build on a quiet machine: dotnet run -c Release --project tests/GpuQuant.Benchmarks -- --filter '*'
// Everything but products and convolutions against a plain copy, on so many threads: ... -- bandwidth 2
using System.Globalization;
using BenchmarkDotNet.Running;
using GpuQuant.Benchmarks;

if (args is ["bandwidth", .. var rest])
    Bandwidth.Run(rest is [var threads] ? int.Parse(threads, CultureInfo.InvariantCulture) : Environment.ProcessorCount);
else
    BenchmarkSwitcher.FromAssembly(typeof(LenetBenchmarks).Assembly).Run(args);
