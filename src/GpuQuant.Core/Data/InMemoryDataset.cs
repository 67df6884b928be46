using GpuQuant.Numerics;

namespace GpuQuant.Data;

/// <summary>Data sets read once: for sets whose samples are computed when read and which several models look at.</summary>
public static class InMemoryDataset
{
    /// <summary>The same samples, held in memory; a set that is there already is given back as it is.</summary>
    public static IDataset InMemory(this IDataset source) => source as Copy ?? new Copy(source);

    private sealed class Copy : IDataset
    {
        private readonly byte[] _samples;
        private readonly int[] _labels;
        private readonly int _length;

        public Copy(IDataset source)
        {
            (Name, Count, Classes, SampleShape, SampleType) =
                (source.Name, source.Count, source.Classes, source.SampleShape, source.SampleType);
            _length = checked((int)SampleShape.Count * SampleType.Size());
            (_samples, _labels) = (new byte[checked(Count * _length)], new int[Count]);
            Parallel.For(0, Count, i =>
            {
                source.Read(i, _samples.AsSpan(i * _length, _length));
                _labels[i] = source.Label(i);
            });
        }

        public string Name { get; }

        public int Count { get; }

        public int Classes { get; }

        public Shape SampleShape { get; }

        public DType SampleType { get; }

        public int Label(int index) => _labels[index];

        public void Read(int index, Span<byte> destination) => _samples.AsSpan(index * _length, _length).CopyTo(destination);
    }
}
