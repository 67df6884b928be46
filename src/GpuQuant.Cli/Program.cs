return await GpuQuant.Cli.CommandLine.RunAsync(args, Console.Out, Console.Error);
