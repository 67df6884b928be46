using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;

namespace GpuQuant.Tests.Graphs;

public class GraphSummaryTests
{
    // conv1: 28*28*4 outputs of 25 products; conv2: 14*14*12 of 100; dense1: 10 of 7*7*12.
    [Fact]
    public void Of_Lenet1_HasTheStudysParametersAndItsProducts()
    {
        var lines = GraphSummary.Of(new Lenet1().Build(new Shape(28, 28, 1), 10));
        Assert.Equal(7_206, lines.Sum(line => line.Parameters));
        Assert.Equal([78_400, 235_200, 5_880], lines.Select(line => line.Macs).Where(macs => macs > 0));
    }

    // conv1: 28*28*6 of 25; conv2: 14*14*16 of 150; dense layers: 784*120, 120*84, 84*10.
    [Fact]
    public void Of_Lenet5_HasTheStudysParametersAndItsProducts()
    {
        var lines = GraphSummary.Of(new Lenet5().Build(new Shape(28, 28, 1), 10));
        Assert.Equal(107_786, lines.Sum(line => line.Parameters));
        Assert.Equal([117_600, 470_400, 94_080, 10_080, 840], lines.Select(line => line.Macs).Where(macs => macs > 0));
        Assert.Equal([156, 2_416, 94_200, 10_164, 850], lines.Select(line => line.Parameters).Where(parameters => parameters > 0));
    }

    [Fact]
    public void Print_Lenet1_IsATable() => Assert.Equal(
        """
        layer           op            output          parameters          MACs       bytes
        input           Input         28x28x1                  0             0       3,136
        conv1           Conv2D        28x28x4                104        78,400      12,960
        relu1           Activation    28x28x4                  0             0      12,544
        pool1           Pool2D        14x14x4                  0             0       3,136
        conv2           Conv2D        14x14x12             1,212       235,200      14,256
        relu2           Activation    14x14x12                 0             0       9,408
        pool2           Pool2D        7x7x12                   0             0       2,352
        flatten1        Flatten       588                      0             0       2,352
        dense1          Dense         10                   5,890         5,880      23,600
        softmax1        Softmax       10                       0             0          40
        total                                              7,206       319,480      83,784

        """, GraphSummary.Print(new Lenet1().Build(new Shape(28, 28, 1), 10)));
}
