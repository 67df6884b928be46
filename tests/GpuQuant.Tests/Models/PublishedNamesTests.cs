using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Models;

/// <summary>Files with the names and shapes of published weights, written down apart from the mapping.</summary>
public sealed class PublishedNamesTests : IDisposable
{
    private static readonly Graph Resnet = new Resnet50().Build(new Shape(32, 32, 3), 8);
    private static readonly Graph Densenet = new Densenet121().Build(new Shape(32, 32, 3), 1000);

    private static readonly int[] DensenetBlocks = [6, 12, 24, 16];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TorchvisionResnet50_IsReadWithoutItsHead_BiasesStayZero()
    {
        var names = TorchResnet();
        // As many as torchvision's state_dict has: 161 parameters, 53 normalizations with three buffers each.
        Assert.Equal(161 + 3 * 53, names.Count);
        var given = Model.Initialize(Resnet, 5).Parameters;
        var model = WeightImport.Read(Write(names), Resnet, PublishedNames.Torchvision(Resnet, hasHead: false), given);
        Assert.Equal(given["predictions/kernel"].Bytes.ToArray(), model.Parameters["predictions/kernel"].Bytes.ToArray());
        Assert.All(Resnet.Nodes.Where(node => node.Op is Conv2DOp), node =>
            Assert.All(model.Parameters[$"{node.Name}/bias"].Span<float>().ToArray(), value => Assert.Equal(0, value)));
        // Every array is filled with a number of its own.
        foreach (var (ours, theirs) in new[]
        {
            ("conv1_conv/kernel", "conv1.weight"), ("conv1_bn/variance", "bn1.running_var"),
            ("conv2_block1_0_conv/kernel", "layer1.0.downsample.0.weight"), ("conv2_block1_0_bn/mean", "layer1.0.downsample.1.running_mean"),
            ("conv4_block6_3_bn/beta", "layer3.5.bn3.bias"), ("conv5_block3_2_conv/kernel", "layer4.2.conv2.weight"),
        })
            Assert.All(model.Parameters[ours].Span<float>().ToArray(), value => Assert.Equal(names.Keys.ToList().IndexOf(theirs), value));
    }

    [Fact]
    public void TorchvisionDensenet121_IsReadWhole()
    {
        var names = TorchDensenet();
        Assert.Equal(364 + 3 * 121, names.Count);
        var model = WeightImport.Read(Write(names), Densenet, PublishedNames.Torchvision(Densenet, hasHead: true));
        foreach (var (ours, theirs) in new[]
        {
            ("conv1_conv/kernel", "features.conv0.weight"), ("conv1_bn/gamma", "features.norm0.weight"),
            ("conv4_block24_0_bn/beta", "features.denseblock3.denselayer24.norm1.bias"),
            ("conv4_block24_1_conv/kernel", "features.denseblock3.denselayer24.conv1.weight"),
            ("conv2_block1_1_bn/mean", "features.denseblock1.denselayer1.norm2.running_mean"),
            ("conv5_block16_2_conv/kernel", "features.denseblock4.denselayer16.conv2.weight"),
            ("pool2_bn/variance", "features.transition1.norm.running_var"), ("pool4_conv/kernel", "features.transition3.conv.weight"),
            ("bn/gamma", "features.norm5.weight"), ("predictions/kernel", "classifier.weight"), ("predictions/bias", "classifier.bias"),
        })
            Assert.All(model.Parameters[ours].Span<float>().ToArray(), value => Assert.Equal(names.Keys.ToList().IndexOf(theirs), value));
    }

    /// <summary>Keras's DenseNet121 without top has 604 arrays: 120 kernels and 121 normalizations of four.</summary>
    [Fact]
    public void Keras_BothNets_AreReadWithoutTop()
    {
        foreach (var (graph, count) in new[] { (Resnet, 318), (Densenet, 604) })
        {
            var names = graph.Nodes.Where(node => node.Name != "predictions").SelectMany(node => node.Parameters.Select(spec => (
                node.Name + "/" + (spec.Name is "mean" or "variance" ? "moving_" : "") + spec.Name,
                spec.Shape is { Rank: 4 } s ? new Shape(s[1], s[2], s[3], s[0]) : spec.Shape))).ToDictionary();
            Assert.Equal(count, names.Count);
            var model = WeightImport.Read(Write(names), graph, PublishedNames.Keras(graph, hasHead: false),
                Model.Initialize(graph, 5).Parameters);
            var last = graph == Resnet ? "conv5_block3_3_bn" : "bn";
            Assert.Equal(names.Keys.ToList().IndexOf($"{last}/moving_variance"), model.Parameters[$"{last}/variance"].Span<float>()[0]);
        }
    }

    [Fact]
    public void Misfits_AreAllNamed()
    {
        var names = TorchResnet();
        names.Remove("layer1.0.conv1.weight");
        names.Remove("layer4.2.bn3.running_var");
        names["layer2.0.conv2.weight"] = new Shape(128, 128, 1, 1);
        names["bn1.weight"] = new Shape(63);
        names["layer5.0.conv1.weight"] = new Shape(1);
        names["extra"] = new Shape(1);
        var path = Write(names);
        var error = Assert.Throws<DataException>(() => WeightImport.Read(
            path, Resnet, PublishedNames.Torchvision(Resnet, hasHead: true), Model.Initialize(Resnet, 5).Parameters));
        Assert.Equal($"The arrays of '{path}' do not fit the net: 'bn1.weight' is 63, 'conv1_bn/gamma' needs 64; "
            + "the array 'layer1.0.conv1.weight' for 'conv2_block1_1_conv/kernel' is missing; "
            + "'layer2.0.conv2.weight' is 128x128x1x1, 'conv3_block1_2_conv/kernel' needs 128x128x3x3 as oihw; "
            + "the array 'layer4.2.bn3.running_var' for 'conv5_block3_3_bn/variance' is missing; "
            + "'fc.weight' is 1000x2048, 'predictions/kernel' needs 8x2048; 'fc.bias' is 1000, 'predictions/bias' needs 8; "
            + "the array 'extra' is extra (map it to '-' to leave it out); "
            + "the array 'layer5.0.conv1.weight' is extra (map it to '-' to leave it out).", error.Message);
    }

    private static Dictionary<string, Shape> TorchResnet()
    {
        var names = new Dictionary<string, Shape>();
        Convolution(names, "conv1", 64, 3, 7);
        Norm(names, "bn1", 64);
        var inputs = 64;
        foreach (var (stage, (channels, blocks)) in new[] { (64, 3), (128, 4), (256, 6), (512, 3) }.Index())
            for (var block = 0; block < blocks; block++, inputs = 4 * channels)
            {
                var name = $"layer{stage + 1}.{block}";
                foreach (var (part, from, to, kernel) in new[]
                    { (1, inputs, channels, 1), (2, channels, channels, 3), (3, channels, 4 * channels, 1) })
                {
                    Convolution(names, $"{name}.conv{part}", to, from, kernel);
                    Norm(names, $"{name}.bn{part}", to);
                }
                if (block > 0)
                    continue;
                Convolution(names, $"{name}.downsample.0", 4 * channels, inputs, 1);
                Norm(names, $"{name}.downsample.1", 4 * channels);
            }
        (names["fc.weight"], names["fc.bias"]) = (new Shape(1000, 2048), new Shape(1000));
        return names;
    }

    private static Dictionary<string, Shape> TorchDensenet()
    {
        var names = new Dictionary<string, Shape>();
        Convolution(names, "features.conv0", 64, 3, 7);
        Norm(names, "features.norm0", 64);
        var channels = 64;
        foreach (var (block, layers) in DensenetBlocks.Index())
        {
            for (var layer = 1; layer <= layers; layer++, channels += 32)
            {
                var name = $"features.denseblock{block + 1}.denselayer{layer}";
                Norm(names, $"{name}.norm1", channels);
                Convolution(names, $"{name}.conv1", 128, channels, 1);
                Norm(names, $"{name}.norm2", 128);
                Convolution(names, $"{name}.conv2", 32, 128, 3);
            }
            if (block == 3)
                continue;
            Norm(names, $"features.transition{block + 1}.norm", channels);
            Convolution(names, $"features.transition{block + 1}.conv", channels / 2, channels, 1);
            channels /= 2;
        }
        Norm(names, "features.norm5", 1024);
        (names["classifier.weight"], names["classifier.bias"]) = (new Shape(1000, 1024), new Shape(1000));
        return names;
    }

    private static void Convolution(Dictionary<string, Shape> names, string name, int to, int from, int kernel) =>
        names[$"{name}.weight"] = new Shape(to, from, kernel, kernel);

    private static void Norm(Dictionary<string, Shape> names, string name, int channels)
    {
        foreach (var parameter in new[] { "weight", "bias", "running_mean", "running_var" })
            names[$"{name}.{parameter}"] = new Shape(channels);
        names[$"{name}.num_batches_tracked"] = new Shape();
    }

    /// <summary>Each array is filled with its position in the list.</summary>
    private string Write(Dictionary<string, Shape> names)
    {
        var path = _folder.File("weights.safetensors");
        new SafetensorsFile(names.Index().ToDictionary(entry => entry.Item.Key, entry =>
        {
            if (entry.Item.Value.Rank == 0) // a counter
                return new Tensor(DType.Int64, entry.Item.Value);
            var tensor = new Tensor(DType.Float32, entry.Item.Value);
            tensor.Span<float>().Fill(entry.Index);
            return tensor;
        }), new Dictionary<string, string>()).Write(path);
        return path;
    }
}
