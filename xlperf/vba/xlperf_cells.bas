Attribute VB_Name = "xlperf_cells"
Option Explicit

' What a refresh needs to know of every name of this workbook, read inside Excel: asked from outside, each of these
' answers is a call of its own. A name with a tab or a line end in it makes the answer unreadable, so Python asks singly.

Public Function xlperf_named_cells() As String
    ' The first line holds the number of names; then a line for each name: the name, what it stands for, and of its
    ' first cell the merged area and the fill. Tabs are between them.
    Dim item As Name, answer As String, count As Long
    For Each item In ThisWorkbook.Names
        answer = answer & vbLf & item.Name & vbTab & item.RefersTo & vbTab & FirstCell(item)
        count = count + 1
    Next
    xlperf_named_cells = "xlperf_named_cells" & vbTab & count & answer
End Function

Private Function FirstCell(item As Name) As String
    ' A name of a constant or a formula has no cell (error): both stay empty.
    Dim cell As Range, merged As String, fill As String
    FirstCell = vbTab
    On Error GoTo failed
    Set cell = item.RefersToRange.Cells(1, 1)
    merged = cell.MergeArea.Address(False, False)
    fill = "none"
    If cell.Interior.ColorIndex <> xlColorIndexNone Then fill = CStr(CLng(cell.Interior.Color))
    FirstCell = merged & vbTab & fill
failed:
End Function
