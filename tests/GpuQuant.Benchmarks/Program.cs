// Measurements, in a release build on a quiet machine: dotnet run -c Release --project tests/GpuQuant.Benchmarks -- --filter '*'
using BenchmarkDotNet.Running;
using GpuQuant.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(LenetBenchmarks).Assembly).Run(args);
