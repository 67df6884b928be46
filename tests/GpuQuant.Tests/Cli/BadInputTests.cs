using System.Buffers.Binary;
using GpuQuant.Backends;
using GpuQuant.Cli;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Cli;

/// <summary>Each wrong input gets its sentence and exit code, and nothing is written.</summary>
public sealed class BadInputTests : IDisposable
{
    private const int Images = 40, Pixels = 28 * 28;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("train --device gpu9", "Unknown device 'gpu9'. Known: auto, cpu, ")]
    [InlineData("train --device cuda:7", "There is no device 'cuda:7' on this machine")]
    [InlineData("train --arch lenet9", "Unknown architecture 'lenet9'; did you mean lenet1 or lenet5? Known: densenet121, gru, ")]
    [InlineData("train --data mnits", "Unknown data set 'mnits'. Known: cifar10, ")]
    [InlineData("train --strategy magic",
        "Unknown strategy 'magic'. Known: qat, qat-as-published, standard, adversarial, augmix, ")]
    [InlineData("train --strategy mixup+qat+mixup", "The strategy 'mixup+qat+mixup' names 'mixup' twice; name each once.")]
    [InlineData("train --strategy qat+standard", "The strategy 'qat+standard' names qat and standard, each a way of training of its own")]
    [InlineData("train --strategy mixup --alpha 0", "Mixup with alpha 0 was asked for; it must be a number above 0, such as 0.2.")]
    [InlineData("train --strategy mixup --alpha -0.5", "Mixup with alpha -0.5 was asked for")]
    [InlineData("train --strategy adversarial --eps 0", "An attack of radius 0 (eps) was asked for; it must be above 0 and at most 1")]
    [InlineData("train --strategy adversarial --eps 1.5", "An attack of radius 1.5 (eps) was asked for; it must be above 0 and at most 1")]
    [InlineData("train --strategy adversarial --attack-steps 0", "An attack of 0 iterations was asked for; at least 1 is needed.")]
    [InlineData("train --strategy adversarial --attack-share 0", "An attack on a share of 0 of each batch was asked for")]
    [InlineData("train --strategy adversarial --attack-norm l2",
        "The study has no attacks by the norm l2; give their size, such as --eps 2.")]
    [InlineData("train --strategy adversarial --attack cw", "Unknown attack 'cw'. Known: pgd, fgsm.")]
    [InlineData("train --strategy adversarial --attack fgsm --attack-steps 3", "The attack fgsm is one step of linf as long as --eps")]
    [InlineData("train --strategy mixup --eps 0.1", "--eps belongs to the strategy adversarial; it means nothing to mixup: leave it out.")]
    [InlineData("train --strategy smoothing --smoothing 1", "Labels were to be smoothed by a share of 1; it must be above 0 and below 1")]
    [InlineData("train --strategy crop --crop 0", "Random crops out of a border of 0 pixels were asked for; it must be at least 1.")]
    [InlineData("train --strategy cutout --cutout 2", "A square of 2 of the image was to be cut out; the share must be above 0")]
    [InlineData("train --strategy noise --noise 0", "Noise of standard deviation 0 was asked for; it must be a number above 0")]
    [InlineData("train --strategy augmix --augmix 11", "AugMix of severity 11 was asked for; it must be from 1 to 10.")]
    [InlineData("train --data phrases --strategy crop", "The strategy 'crop' changes pixels; phrases/train holds Int32 samples: leave 'crop'")]
    [InlineData("study hu2022 --data phrases --strategies cutout", "The strategy 'cutout' changes pixels; phrases/train holds Int32")]
    [InlineData("train --data phrases --strategy mixup --mixup-on pixels", "The strategy 'mixup' changes pixels; phrases/train holds Int32")]
    [InlineData("train --strategy mixup --mixup-on embeddings", "The strategy 'mixup' was set to change words; glyphs/train holds UInt8")]
    [InlineData("train --data phrases --strategy adversarial --eps 0.1",
        "--eps belongs to attacks on images; the data set holds no images: leave it out.")]
    [InlineData("train --strategy adversarial --attack-words 3",
        "--attack-words belongs to attacks on texts; the data set holds no texts: leave it out.")]
    [InlineData("train --data phrases --strategy adversarial --attack-words 0", "At most 0 words of a text were to be exchanged")]
    [InlineData("train --data phrases --strategy adversarial --attack-candidates 0", "Words were to be exchanged for one of their 0 nearest")]
    [InlineData("train --data phrases --strategy adversarial --attack-cosine 1", "Words were to be exchanged from a cosine of 1 on")]
    [InlineData("train --data phrases --strategy adversarial --attack-rounds 0", "Exchanged words were to be tried in 0 rounds")]
    [InlineData("train --data phrases --strategy adversarial --synonyms s.tsv --attack-cosine 0.2",
        "--attack-cosine means nothing beside --synonyms; leave one of them out.")]
    [InlineData("train --data phrases --strategy adversarial --pwws --attack-rounds 2",
        "--attack-rounds means nothing beside --pwws; leave one of them out.")]
    [InlineData("train --strategy adversarial --pwws", "--pwws belongs to attacks on texts; the data set holds no texts: leave it out.")]
    [InlineData("train --strategy mixup --attack-words 3", "--attack-words belongs to the strategy adversarial; it means nothing to mixup")]
    [InlineData("study hu2022 --strategies mixup+qat,qat+mixup", "The strategy 'mixup+qat' is named twice; name each once.")]
    [InlineData("train --float-epochs 3", "--float-epochs belongs to the strategy qat; it means nothing to standard: leave it out.")]
    [InlineData("train --strategy qat --float-epochs -1", "-1 float epochs were asked for; give 0 to go without a float phase, or more.")]
    [InlineData("train --strategy qat --epochs 5 --quantize-after 5",
        "Quantization was to begin after 5 epochs of a phase of 5; give a number from 0 to 4.")]
    [InlineData("train --strategy qat --epochs 5 --freeze-ranges-after 0",
        "Ranges were to be frozen after 0 epochs of a phase of 5; give a number from 1 to 4.")]
    [InlineData("train --strategy qat --epochs 5 --freeze-batch-norm-after 9",
        "Batch normalization was to be frozen after 9 epochs of a phase of 5; give a number from 0 to 4.")]
    [InlineData("train --strategy qat --float-epochs 0 --distill 0.5",
        "Distillation learns from the model of the float phase, and 0 float epochs were asked for; ask for at least 1")]
    [InlineData("train --strategy qat --distill 1.5",
        "A teacher's share of 1.5 in the loss was asked for; it must be above 0 and at most 1.")]
    [InlineData("train --strategy qat --distill 0", "A teacher's share of 0 in the loss was asked for")]
    [InlineData("train --strategy qat --distill 0.5 --temperature 0",
        "A distillation temperature of 0 was asked for; it must be a number above 0.")]
    [InlineData("train --strategy qat --qat-bits w4", "'w4 range' says nothing about quantization-aware training; write bits and method")]
    [InlineData("train --strategy qat --qat-method magic", "Methods: range, lsq, lsq+, pact, dorefa.")]
    [InlineData("train --strategy qat --temperature 3", "--temperature belongs to distillation; give the teacher's share too")]
    [InlineData("train --optimizer adamx", "Unknown optimizer 'adamx'; did you mean adam or adamw? Known: adam, adamw, sgd.")]
    [InlineData("train --optimizer adamw --weight-decay -1", "Weight decay -1 was asked for; it must be a number from 0 on.")]
    [InlineData("train --weight-decay 0.1", "--weight-decay belongs to the optimizer adamw; it means nothing to adam: leave it out.")]
    [InlineData("train --optimizer adamw --nesterov", "--nesterov belongs to the optimizer sgd; it means nothing to adamw: leave it out.")]
    [InlineData("train --optimizer sgd --momentum 1.5", "Momentum 1.5 was asked for; it must be at least 0 and below 1.")]
    [InlineData("train --schedule magic", "Unknown schedule 'magic'. Known: constant, cosine, one-cycle, step.")]
    [InlineData("train --milestones 3", "--milestones belongs to the schedule step; it means nothing to constant: leave it out.")]
    [InlineData("train --schedule step --milestones 3,x", "--milestones takes epochs such as 100,150, got '3,x'.")]
    [InlineData("train --schedule step --milestones 3 --every 2", "--milestones and --every so many epochs; choose one.")]
    [InlineData("train --schedule step --floor 0.1", "--floor belongs to the schedule cosine; it means nothing to step: leave it out.")]
    [InlineData("train --schedule cosine --floor 2", "The learning rate was to fall to a share of 2; it must be from 0 to 1.")]
    [InlineData("train --epochs 5 --warmup 5", "A warm-up of 5 epochs was asked for in a training of 5; give a number from 0 to below 5.")]
    [InlineData("train --clip-norm 0", "Gradients were to be clipped to a norm of 0; it must be above 0.")]
    [InlineData("train --clip-value -1", "Gradients were to be clipped to a magnitude of -1; it must be above 0.")]
    [InlineData("train --clip-norm 1 --clip-value 1", "Gradients were to be clipped by norm and by value; choose one.")]
    [InlineData("train --accumulate 0", "0 batches per step were asked for; at least 1 is needed.")]
    [InlineData("train --ema 1", "An average of parameters with a decay of 1 was asked for; it must be at least 0 and below 1")]
    [InlineData("train --early-stopping 3", "Early stopping needs a validation split; ask for one, such as 0.1")]
    [InlineData("train --early-stopping 0 --validation 0.1", "A patience of 0 epochs was asked for; it must be at least 1.")]
    [InlineData("train --least-gain 0.1", "--least-gain belongs to early stopping; give its patience too")]
    [InlineData("train --batch 0", "Batch size 0 was asked for; it must be at least 1.")]
    [InlineData("train --epochs 0", "0 epochs were asked for; at least 1 is needed.")]
    [InlineData("train --learning-rate -1", "Learning rate -1 was asked for; it must be a number above 0.")]
    [InlineData("train --validation 1", "A validation share of 1 was asked for")]
    [InlineData("train --keep-best validation", "Keeping the best epoch needs a validation split")]
    [InlineData("train --keep-best test --validation 0.1", "A validation share of 0.1 was asked for beside keeping the epoch that is best")]
    [InlineData("train --keep-best yes", "--keep-best takes validation, test or none; got 'yes'.")]
    [InlineData("study hu2022 --keep-best validation", "Keeping the best epoch needs a validation split")]
    [InlineData("study hu2022 --seeds 0", "0 seeds were asked for; at least 1 is needed.")]
    [InlineData("study hu2022 --arch lenet1,lenet9", "Unknown architecture 'lenet9'; did you mean lenet1 or lenet5?")]
    [InlineData("study hu2022 --quantizers int3", "Unknown quantizer 'int3'; did you mean int4? Known: bfloat16, coreml16, coreml8, ")]
    [InlineData("study hu2022 --test-sets original,fogg", "Unknown test set 'fogg'; did you mean fog?")]
    [InlineData("study hu2022 --test-sets shot_noise:6", "Test set 'shot_noise:6' names no severity of shot_noise, which has 1 to 5.")]
    [InlineData("quantize --model nowhere --scheme coreml8 --input-cast truncate", "coreml8 has no input cast 'truncate'; only tflite8")]
    [InlineData("study hu2022 --batch 0", "Batch size 0 was asked for")]
    [InlineData("quantize --model m --scheme tflite8 --calibration-samples 0", "--calibration-samples takes a number from 1 on, got 0.")]
    [InlineData("quantize --model m --scheme tflite8 --calibration maxmin", "Unknown range 'maxmin'. Known: minmax, percentile:0.999, ")]
    [InlineData("quantize --model m --scheme tflite8 --calibration percentile:130", "A percentile keeps a share from 0.5 to 1, got 1.3.")]
    public async Task Command_WrongArgument_SaysWhatWasExpectedAndWritesNothing(string command, string sentence)
    {
        await Fails(2, sentence, [.. command.Split(' '), "--out", _folder.File("out")]);
        Assert.False(Directory.Exists(_folder.File("out")));
    }

    [Fact]
    public async Task Train_NoFileOfSynonyms_NamesIt() => await Fails(3, "nowhere.tsv",
        ["train", "--data", "phrases", "--arch", "lstm", "--strategy", "adversarial", "--synonyms", _folder.File("nowhere.tsv")]);

    [Fact]
    public async Task Train_NoDataFolder_NamesTheWaysOut() =>
        await Fails(3, "does not exist, so there is no file 'train-images-idx3-ubyte'", Mnist("nowhere"));

    [Fact]
    public async Task Train_FolderWithoutTheFiles_NamesTheWaysOut()
    {
        Directory.CreateDirectory(_folder.File("data/mnist"));
        await Fails(3, "fetch it with 'gpuquant data get mnist'", Mnist("data"));
    }

    [Fact]
    public async Task Train_TruncatedImages_SaysHowManyBytesAreMissing()
    {
        WriteMnist();
        var path = _folder.File("data/mnist/t10k-images-idx3-ubyte");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..1000]);
        await Fails(3, "is truncated: it holds 984 of the 31360 bytes", Mnist("data"));
    }

    [Fact]
    public async Task Train_WrongMagicNumber_SaysBoth()
    {
        WriteMnist();
        var path = _folder.File("data/mnist/train-labels-idx1-ubyte");
        var bytes = File.ReadAllBytes(path);
        bytes[2] = 9;
        File.WriteAllBytes(path, bytes);
        await Fails(3, "begins with the number 2305", Mnist("data"));
    }

    [Fact]
    public async Task Train_MoreImagesThanLabels_SaysBothCounts()
    {
        WriteMnist();
        _folder.Write("data/mnist/train-labels-idx1-ubyte", Idx([7], new byte[7]));
        await Fails(3, "holds 40 images but", Mnist("data"));
    }

    [Fact]
    public async Task Train_OutputIsAFile_SaysSoBeforeTraining()
    {
        WriteMnist();
        _folder.Write("out", [1]);
        await Fails(3, "Cannot write", Mnist("data"));
        Assert.Equal([1], File.ReadAllBytes(_folder.File("out")));
    }

    [Theory]
    [InlineData("training.checkpoint.safetensors")]
    [InlineData("model.safetensors")]
    public async Task Command_CutOrFlippedFile_IsRefusedAndLeftAlone(string name)
    {
        WriteMnist();
        Assert.Equal(0, (await Run(Mnist("data"))).Code);
        var path = _folder.File($"out/{name}");
        var whole = File.ReadAllBytes(path);
        string[] command = name == "model.safetensors"
            ? ["quantize", "--model", _folder.File("out"), "--scheme", "coreml8", "--data-dir", _folder.File("data")] : Mnist("data");
        foreach (var damaged in new[] { whole[..(whole.Length / 2)], Flipped(whole, whole.Length / 3), Flipped(whole, 40), whole[..5] })
        {
            File.WriteAllBytes(path, damaged);
            await Fails(3, path, command);
            Assert.Equal(damaged, File.ReadAllBytes(path));
        }
    }

    [Fact]
    public async Task Quantize_LayerWithoutAnIntegerForm_NamesItAndTheOptionThatComputesItInFloat()
    {
        WriteMnist();
        var graph = TestModels.Build(new Shape(28, 28, 1), (b, x) =>
            b.Softmax(b.Dense(b.Flatten(b.Activate(b.Conv2D(x, 2, 5, stride: 4), Activation.Tanh)), 10)));
        new SavedModel(new ModelCard("mnist", "net", "standard", 1, 1), Model.Initialize(graph, 1), Preprocessing.UnitRange)
            .Write(_folder.File("net"));
        foreach (var scheme in new[] { "tflite8", "onnx-qdq" })
        {
            string[] command = ["quantize", "--model", _folder.File("net"), "--scheme", scheme, "--data-dir", _folder.File("data"),
                "--device", "cpu", "--out", _folder.File(scheme)];
            await Fails(2, "Layer 'tanh1' (Tanh) has no integer form; with --allow-float (AllowsFloat) it is computed in float.", command);
            Assert.False(Directory.Exists(_folder.File(scheme)));
            Assert.Equal(0, (await Run([.. command, "--allow-float"])).Code);
        }
        await Fails(2, "The scheme coreml8 has no integer layers that --allow-float could replace; leave it out.",
            ["quantize", "--model", _folder.File("net"), "--scheme", "coreml8", "--allow-float"]);
    }

    [Fact]
    public async Task Train_LossNotANumber_SaysTheStepAndKeepsTheLastCheckpoint()
    {
        WriteMnist();
        await Fails(1, "The loss became", [.. Mnist("data"), "--learning-rate", "1e30", "--batch", "8"]);
        Assert.True(File.Exists(_folder.File("out/training.checkpoint.safetensors")));
        Assert.False(File.Exists(_folder.File("out/model.safetensors")));
    }

    private static byte[] Flipped(byte[] bytes, int index)
    {
        var copy = bytes.ToArray();
        copy[index] ^= 0x10;
        return copy;
    }

    private static byte[] Idx(int[] dims, byte[] values)
    {
        var header = new byte[4 + 4 * dims.Length];
        (header[2], header[3]) = (8, (byte)dims.Length);
        for (var i = 0; i < dims.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + 4 * i), dims[i]);
        return [.. header, .. values];
    }

    private void WriteMnist()
    {
        var random = new RandomStream(1, RandomPurpose.Test);
        foreach (var part in new[] { "train", "t10k" })
        {
            var pixels = new byte[Images * Pixels];
            for (var i = 0; i < pixels.Length; i++)
                pixels[i] = (byte)random.NextUInt32();
            _folder.Write($"data/mnist/{part}-images-idx3-ubyte", Idx([Images, 28, 28], pixels));
            _folder.Write($"data/mnist/{part}-labels-idx1-ubyte",
                Idx([Images], [.. Enumerable.Range(0, Images).Select(i => (byte)(i % 10))]));
        }
    }

    private string[] Mnist(string data) =>
        ["train", "--data", "mnist", "--data-dir", _folder.File(data), "--arch", "lenet1", "--epochs", "2", "--device", "cpu", "--quiet",
            "--out", _folder.File("out")];

    private static async Task<(int Code, string Error)> Run(string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        return (await CommandLine.RunAsync(args, output, error), error.ToString());
    }

    private static async Task Fails(int code, string sentence, string[] args)
    {
        var (actual, error) = await Run(args);
        Assert.Contains(sentence, error);
        Assert.Equal(code, actual);
        Assert.DoesNotContain("   at ", error);
    }
}
