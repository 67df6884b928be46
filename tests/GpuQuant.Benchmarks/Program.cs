// Measurements, in a release build on a quiet machine:
//   dotnet run -c Release --project tests/GpuQuant.Benchmarks -- --filter '*'      our steps
//   dotnet run -c Release --project tests/GpuQuant.Benchmarks -- bandwidth 2       all but products, against a copy, on 2 threads
//   dotnet run -c Release --project tests/GpuQuant.Benchmarks -- int8              int8 layers and nets against the processor's peak
//   dotnet run -c Release --project tests/GpuQuant.Benchmarks -- calibration 2     calibration against inference, on 2 threads
//   dotnet run -c Release --project tests/GpuQuant.Benchmarks -- large 2           densenet121 and resnet50 at 448x448, on 2 threads
//   dotnet run -c Release --project tests/GpuQuant.Benchmarks -- rows              rows per input: loaded, and counted
//   dotnet run -c Release --project tests/GpuQuant.Benchmarks -- peers             against libtorch and ONNX Runtime (--help says more)
//   dotnet run -c Release --project tests/GpuQuant.Benchmarks -- picture FILE.csv  its picture beside it, and a Markdown table
using System.Globalization;
using BenchmarkDotNet.Running;
using GpuQuant.Benchmarks;
using GpuQuant.Experiments;

switch (args)
{
    case ["peers", .. var rest]:
        return PeersProgram.Run(rest);
    case ["bandwidth", .. var rest]:
        Bandwidth.Run(rest is [var threads] ? int.Parse(threads, CultureInfo.InvariantCulture) : Environment.ProcessorCount);
        return 0;
    case ["large", .. var rest]:
        LargeNets.Run(rest is [var count] ? int.Parse(count, CultureInfo.InvariantCulture) : Environment.ProcessorCount);
        return 0;
    case ["calibration", .. var rest]:
        Calibration.Run(rest is [var workers] ? int.Parse(workers, CultureInfo.InvariantCulture) : Environment.ProcessorCount);
        return 0;
    case ["picture", var table]:
        BenchmarkPicture.Write(BenchmarkCsv.Rows(table), Path.ChangeExtension(table, null));
        Console.Write(BenchmarkMarkdown.Of(BenchmarkCsv.Rows(table)));
        return 0;
    case ["rows"]:
        Rows.Run();
        return 0;
    case ["rows", var work, var file]:
        Rows.Work(work, file);
        return 0;
    case ["int8"]:
        IntLayers.Run();
        IntNets.Run();
        return 0;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(LenetBenchmarks).Assembly).Run(args);
        return 0;
}
