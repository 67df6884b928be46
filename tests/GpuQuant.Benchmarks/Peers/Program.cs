// Our cpu backend against libtorch and ONNX Runtime: started by "dotnet run -c Release --project tests/GpuQuant.Benchmarks -- peers".
using System.CommandLine;
using System.Globalization;
using GpuQuant.Numerics;
using GpuQuant.Peers;
using GpuQuant.Peers.Works;

try
{
    if (args is ["memory-child", var side, var net, var threadsOfChild])
    {
        MemoryWork.Child(side, net, int.Parse(threadsOfChild, CultureInfo.InvariantCulture));
        return 0;
    }
    return PeersCommand.Create().Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (GpuQuantException error)
{
    Console.Error.WriteLine(error.Message);
    return error.ExitCode;
}
