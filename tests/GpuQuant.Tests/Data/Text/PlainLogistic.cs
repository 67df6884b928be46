using GpuQuant.Data.Text;

namespace GpuQuant.Tests.Data.Text;

/// <summary>Logistic regression on how often words, or runs of up to some words, occur; trained with AdaGrad, 30 passes.</summary>
internal sealed class PlainLogistic
{
    private readonly int _longest;
    private readonly Dictionary<string, int> _features = [];
    private readonly List<double> _weights = [];

    public PlainLogistic(LabelledText[] training, int longest)
    {
        _longest = longest;
        var samples = training.Select(text => Features(text.Text, learn: true)).ToArray();
        var squares = new double[_weights.Count];
        for (var pass = 0; pass < 30; pass++)
            for (var i = 0; i < samples.Length; i++)
            {
                var slope = 1 / (1 + Math.Exp(-samples[i].Sum(f => _weights[f]))) - training[i].Label;
                foreach (var feature in samples[i])
                {
                    squares[feature] += slope * slope;
                    _weights[feature] -= 0.1 * slope / Math.Sqrt(squares[feature] + 1e-9);
                }
            }
    }

    public double Accuracy(LabelledText[] texts) =>
        texts.Average(text => (Features(text.Text, learn: false).Sum(f => _weights[f]) > 0) == (text.Label == 1) ? 1.0 : 0);

    private List<int> Features(string text, bool learn)
    {
        var words = text.Split(' ');
        var features = new List<int>();
        for (var start = 0; start < words.Length; start++)
            for (var length = 1; length <= _longest && start + length <= words.Length; length++)
            {
                var name = string.Join(' ', words, start, length);
                if (learn && _features.TryAdd(name, _features.Count))
                    _weights.Add(0);
                if (_features.TryGetValue(name, out var feature))
                    features.Add(feature);
            }
        return features;
    }
}
