namespace GpuQuant.Shifts;

/// <summary>Where one shifted test set lies in published .npy files.</summary>
/// <param name="Images">The array of images, of one or several test sets one after the other.</param>
/// <param name="Labels">The array of labels, likewise.</param>
/// <param name="Block">Which of the test sets in them it is, from 0 on.</param>
/// <param name="Blocks">How many there are: 5 in CIFAR-10-C, one per severity.</param>
public sealed record PublishedArrays(string Images, string Labels, int Block = 0, int Blocks = 1);
