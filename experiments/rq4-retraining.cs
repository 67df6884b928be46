#:project ../src/GpuQuant.Experiments
#:project ../src/GpuQuant.Backends.Ilgpu
// Does training a net further with the inputs on which its deployments disagree remove the disagreements?
// Research question 4 of Hu et al. 2022 with two controls, on digits that need no download:
//   dotnet run experiments/rq4-retraining.cs
using GpuQuant.Experiments;
using Spectre.Console;

Sweep study = new Hu2022Study
{
    Data = ["glyphs"],
    Architectures = ["lenet1"],
    TestSets = ["original", "rotate"],
    Seeds = 3,
};
if (args.Contains("--quick"))
    study = study.Quick();

var results = study.Run("runs/rq4-retraining");
var rq4 = results.ToRq4();
Rq4Table.Write(rq4, AnsiConsole.Console);
rq4.WriteCsv("runs/rq4-retraining/rq4.csv");
RetrainingPicture.Write(rq4, "runs/rq4-retraining/pictures/retraining");

// What follows from it, with intervals over the seeds and a verdict.
FindingsTable.Write(StudyAnswers.Of(results).Findings, AnsiConsole.Console);
