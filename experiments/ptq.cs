#:project ../src/GpuQuant.Experiments
#:project ../src/GpuQuant.Backends.Ilgpu
// What do post-training passes gain on trained nets, and where do they not help? Weights of 4 and 8 bits, float arithmetic.
//   dotnet run experiments/ptq.cs -- --out results/ptq runs/lenet5-0 runs/lenet5-1 runs/lenet5-2
// Folders of one architecture, usually several seeds; --count N takes the first N test samples, --device X, --data-dir DIR;
// --bits 4, --share channel (what has one step) and --only "nearest,AdaRound" take a part of the table.
using System.Globalization;
using GpuQuant.Data;
using GpuQuant.Experiments;

string Option(string name, string otherwise) =>
    Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : otherwise;
bool IsOption(string text) => text.StartsWith("--", StringComparison.Ordinal);
string[] folders = [.. args.Where((text, i) => !IsOption(text) && (i == 0 || !IsOption(args[i - 1])))];
if (folders.Length == 0)
{
    Console.Error.WriteLine("No folder of a trained model was named; make one with 'gpuquant train' and give its path.");
    return args.Contains("--quick") ? 0 : 2;
}
var rows = new PostTrainingComparison(folders)
{
    Bits = [.. Option("--bits", "4,8").Split(',').Select(text => int.Parse(text, CultureInfo.InvariantCulture))],
    Granularities = Option("--share", "tensor,channel").Split(','),
    Methods = Option("--only", "").Split(',', StringSplitOptions.RemoveEmptyEntries),
    Samples = int.Parse(Option("--count", "10000"), CultureInfo.InvariantCulture),
    Device = Option("--device", "auto"),
    DataDirectory = Option("--data-dir", DataDirectory.Default),
}.Run();
Console.Write(PostTrainingComparison.ToMarkdown(rows));
PostTrainingComparison.WriteCsv(rows, Path.Combine(Option("--out", "runs/ptq"), "ptq.csv"));
return 0;
