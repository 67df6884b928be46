namespace GpuQuant.Experiments;

/// <summary>Divides inputs of two kinds into folds that have as equal shares of both as can be: scikit-learn's StratifiedKFold.</summary>
internal static class StratifiedFolds
{
    /// <summary>The fold of each input. Without shuffling: of each kind, the first inputs belong to the first fold.</summary>
    public static int[] Of(IReadOnlyList<bool> positives, int folds)
    {
        // The kind seen first is dealt to the folds in turn, and the other from where that ended.
        var first = positives.Count(positive => positive == positives[0]);
        var foldOf = new int[positives.Count];
        var (place, other) = (FoldsOf(0, first), FoldsOf(first, positives.Count));
        var (next, nextOther) = (0, 0);
        for (var i = 0; i < foldOf.Length; i++)
            foldOf[i] = positives[i] == positives[0] ? place[next++] : other[nextOther++];
        return foldOf;

        int[] FoldsOf(int from, int to) => [.. Enumerable.Range(from, to - from).Select(card => card % folds).Order()];
    }
}
