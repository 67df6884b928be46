using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Numerics;

namespace GpuQuant.Training.Attacks;

/// <summary>What may take a word's place in an attack on texts, and the vectors that the net has for words.</summary>
internal abstract class WordCandidates : IDisposable
{
    private readonly Backend _backend;
    private readonly TensorView _source;

    /// <summary>Reads vectors from an embedding's table on the device, words x width; training changes it.</summary>
    protected WordCandidates(Backend backend, TensorView table)
    {
        (_backend, _source, Width) = (backend, table, table.Shape[1]);
        Table = new float[table.Count];
    }

    /// <summary>The length of a vector.</summary>
    public int Width { get; }

    /// <summary>All vectors as of the last <see cref="Update"/>, words x width.</summary>
    public float[] Table { get; }

    /// <summary>The candidates that an attack asks for.</summary>
    /// <param name="backend">The device.</param>
    /// <param name="table">The embedding's vectors on it, words x width.</param>
    /// <param name="data">The training set, for its words.</param>
    /// <param name="attack">Which candidates.</param>
    /// <exception cref="UsageException">The set offers none.</exception>
    public static WordCandidates For(Backend backend, TensorView table, IDataset data, WordAttack attack) => attack.Synonyms is { } synonyms
        ? new WordSynonyms(backend, table, data, synonyms)
        : new WordNeighbours(backend, table, data, attack);

    /// <summary>Takes the vectors as they are now, and makes the candidates of the words of some texts known.</summary>
    /// <param name="epoch">The epoch; candidates stay the same in it.</param>
    /// <param name="texts">Word numbers, the padding too.</param>
    public void Update(int epoch, ReadOnlySpan<int> texts)
    {
        _backend.Download(_source, MemoryMarshal.AsBytes(Table.AsSpan()));
        Find(epoch, texts);
    }

    /// <summary>A word's candidates, the best first; the padding has none.</summary>
    public abstract ReadOnlySpan<int> Of(int word);

    /// <summary>The vector of a word.</summary>
    public ReadOnlySpan<float> Vector(int word) => Table.AsSpan(word * Width, Width);

    /// <summary>Gives the device's memory back.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes the candidates of some texts' words known.</summary>
    protected abstract void Find(int epoch, ReadOnlySpan<int> texts);

    /// <summary>Gives back what else was taken.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
