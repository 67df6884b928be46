namespace GpuQuant.Data.Text;

/// <summary>A text and its class.</summary>
/// <param name="Text">The text.</param>
/// <param name="Label">Its class: in the sentiment sets 1 is positive and 0 negative.</param>
public readonly record struct LabelledText(string Text, byte Label);
