namespace GpuQuant.Tests.Experiments;

/// <summary>Checks of error messages.</summary>
internal static class Errors
{
    /// <summary>The action throws exactly <typeparamref name="T"/>, with these words in its message.</summary>
    public static void Says<T>(string words, Func<object?> action) where T : Exception =>
        Assert.Contains(words, Assert.Throws<T>(action).Message, StringComparison.Ordinal);
}
