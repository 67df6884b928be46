using GpuQuant.Data.Downloads;
using GpuQuant.Numerics;

namespace GpuQuant.Data;

/// <summary>
/// USPS (Hull 1994, "A database for handwritten text recognition research"): digits of zip codes from envelopes, a natural shift for
/// <c>mnist</c>. Its 2,007 test images fill 16x16 pixels. They are put into MNIST's form as MNIST's own digits were: resized to 20x20
/// (bilinearly, pixel centres aligned), then placed in black 28x28 with the centre of mass in the middle, as nearly as whole pixels allow.
/// </summary>
public sealed class UspsTestSet : INaturalTestSet
{
    private const int Original = 16, Digit = 20, Side = 28, DigitClasses = 10;

    /// <inheritdoc/>
    public string Name => "usps";

    /// <inheritdoc/>
    public string Description => "handwritten digits of zip codes, 28x28 grey, 2,007 samples (Hull 1994)";

    /// <inheritdoc/>
    public string DataSet => "mnist";

    /// <inheritdoc/>
    public IReadOnlyList<RemoteFile> Files { get; } =
    [
        new("usps-test-images-idx3-ubyte.gz", 236711, "88bd2c01ff9a9806eb28e43b1e0500fc75e8c51f1ad7d924efa81f138e3ae732", []),
        new("usps-test-labels-idx1-ubyte.gz", 979, "4fd08c962dd005c8178aecb47457e078717298f57142b687728ce264d9640e5d", []),
    ];

    /// <inheritdoc/>
    public string ByHand => "make the IDX files from usps.h5, as public copies of USPS are called: its test images times 255, rounded half "
        + "up to bytes, as usps-test-images-idx3-ubyte, and its labels as usps-test-labels-idx1-ubyte, in the subfolder usps";

    /// <inheritdoc/>
    public IDataset Load(string dataDirectory)
    {
        var original = IdxImages.Load("usps/test", dataDirectory, Name, "usps-test", new Shape(Original, Original, 1), DigitClasses);
        var labels = new byte[original.Count];
        var pixels = new byte[original.Count * Side * Side];
        Parallel.For(0, original.Count, i =>
        {
            labels[i] = (byte)original.Label(i);
            Span<byte> small = stackalloc byte[Original * Original];
            original.Read(i, small);
            Enlarge(small, pixels.AsSpan(i * Side * Side, Side * Side));
        });
        return new ImageDataset(original.Name, pixels, labels, new Shape(Side, Side, 1), DigitClasses);
    }

    /// <summary>From a digit that fills 16x16 pixels to one within 28x28, which are black before.</summary>
    private static void Enlarge(ReadOnlySpan<byte> small, Span<byte> picture)
    {
        Span<byte> digit = stackalloc byte[Digit * Digit];
        BilinearResize.Apply(small, (Original, Original), 1, digit, (Digit, Digit), 1);
        var (mass, down, right) = (0, 0, 0);
        for (var i = 0; i < digit.Length; i++)
            (mass, down, right) = (mass + digit[i], down + digit[i] * (2 * (i / Digit) + 1), right + digit[i] * (2 * (i % Digit) + 1));
        var (top, left) = (Border(down, mass), Border(right, mass));
        for (var y = 0; y < Digit; y++)
            digit.Slice(y * Digit, Digit).CopyTo(picture[((y + top) * Side + left)..]);
    }

    /// <summary>
    /// The empty pixels before the digit, so that its centre of mass, moment / (2 mass), comes to the middle; nothing is cut off.
    /// </summary>
    private static int Border(int moment, int mass) =>
        mass == 0 ? (Side - Digit) / 2 : Math.Clamp((int)Math.Floor(Side / 2.0 - moment / (2.0 * mass) + 0.5), 0, Side - Digit);
}
