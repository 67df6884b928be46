using GpuQuant.Evaluation;

namespace GpuQuant.Tests.Evaluation;

public class ErrorSumsTests
{
    /// <summary>
    /// x = (3, 4), q = (3, 3): sum (x - q)^2 = 1, over 2 values 0.5; sum x^2 = 25, so 10 log10(25) = 13.979400086720377 dB; the product is
    /// 9 + 12 = 21, the lengths are 5 and sqrt(18), so the cosine is 21 / 21.213203435596427 = 0.9899494936611665.
    /// </summary>
    [Fact]
    public void Result_ByHand()
    {
        var error = Error([3, 4], [3, 3]);
        Assert.Equal(0.5, error.Mse);
        Assert.Equal(13.979400086720377, error.SqnrDb, 1e-12);
        Assert.Equal(0.9899494936611665, error.Cosine, 1e-15);
        Assert.Equal(1, error.Greatest);
    }

    [Theory]
    [InlineData(new float[] { 1, -2 }, new float[] { 1, -2 }, double.PositiveInfinity, 1)]
    [InlineData(new float[] { 0, 0 }, new float[] { 0, 0 }, double.PositiveInfinity, 1)]
    [InlineData(new float[] { 0, 0 }, new float[] { 0, 1 }, double.NegativeInfinity, 0)]
    [InlineData(new float[] { 0, 1 }, new float[] { 0, 0 }, 0, 0)]
    [InlineData(new float[] { 1, 0 }, new float[] { -1, 0 }, -6.020599913279624, -1)]
    public void Result_AtTheEdges(float[] exact, float[] given, double decibels, double cosine)
    {
        var error = Error(exact, given);
        if (double.IsFinite(decibels))
            Assert.Equal(decibels, error.SqnrDb, 1e-12);
        else
            Assert.Equal(decibels, error.SqnrDb);
        Assert.Equal(cosine, error.Cosine, 1e-15);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void IsFinite_UndefinedValue_IsFalse(float value)
    {
        var (exact, given) = (new ErrorSums(), new ErrorSums());
        exact.Add([1, value], [1, 1]);
        given.Add([1, 1], [value, 1]);
        Assert.False(exact.IsFinite || given.IsFinite);
    }

    private static LayerError Error(float[] exact, float[] given)
    {
        var sums = new ErrorSums();
        sums.Add(exact, given);
        return sums.Result();
    }
}
