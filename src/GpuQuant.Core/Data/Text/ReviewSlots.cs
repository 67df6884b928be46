using GpuQuant.Numerics;

namespace GpuQuant.Data.Text;

/// <summary>
/// The rows of the 50,000 reviews that the study uses: 0 to 4,999 for training and 25,000 to 29,999 for testing. Reviews come in
/// whatever order their file has and only those that are wanted are kept.
/// </summary>
internal sealed class ReviewSlots(DataPart last)
{
    private const int Each = 5_000, FirstTest = 25_000;

    private readonly LabelledText?[] _reviews = new LabelledText?[last == DataPart.Train ? Each : 2 * Each];
    private int _found;

    /// <summary>Whether all wanted rows are there.</summary>
    public bool IsFull => _found == _reviews.Length;

    /// <summary>Whether a row is wanted and not there yet.</summary>
    public bool Wants(int row) => Slot(row) is { } slot && _reviews[slot] is null;

    /// <summary>Keeps a wanted row's review.</summary>
    public void Put(int row, LabelledText review)
    {
        _reviews[Slot(row)!.Value] = review;
        _found++;
    }

    /// <summary>The training reviews, or the test reviews if they were wanted, in the rows' order.</summary>
    /// <exception cref="DataException">Some did not come; names the first one's row.</exception>
    public LabelledText[] Of(DataPart part, string path)
    {
        var start = part == DataPart.Train ? 0 : Each;
        var missing = Array.FindIndex(_reviews, start, Each, review => review is null);
        if (missing >= 0)
            throw new DataException($"'{path}' lacks the review of row {missing + (part == DataPart.Train ? 0 : FirstTest - Each)}; the "
                + "study reads rows 0 to 4999 and 25000 to 29999 of the 50,000 reviews: check that the file is whole.");
        return [.. _reviews.Skip(start).Take(Each).Select(review => review!.Value)];
    }

    private int? Slot(int row) => row switch
    {
        >= 0 and < Each => row,
        >= FirstTest and < FirstTest + Each when _reviews.Length > Each => row - FirstTest + Each,
        _ => null,
    };
}
