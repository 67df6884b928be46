namespace GpuQuant.Experiments;

/// <summary>One line of a contact sheet.</summary>
/// <param name="Title">Its name, at the left: <c>motion_blur</c>.</param>
/// <param name="Note">A few words below the title.</param>
/// <param name="Pictures">One picture per column, each height x width x channels bytes; null leaves the place empty.</param>
/// <param name="Marked">The column whose picture gets a frame; null for none.</param>
public sealed record SheetRow(string Title, string Note, IReadOnlyList<byte[]?> Pictures, int? Marked = null);
